import { type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import type { WireAgent, WireSnapshot } from "./messages.ts";
import { wireOrigin } from "./patch-between.ts";

/** What a follower that knows nothing has to be told. */
export function wholeSnapshot(whole: RegistrySnapshot<object>): WireSnapshot {
  const snapshot = Snapshot.contentOf(whole);
  const paths = new Map<string, number>();
  const origins = [...snapshot.agents.keys()].map((id) => {
    const origin = snapshot.origins.get(id);
    return origin === undefined ? null : wireOrigin(origin, paths);
  });
  return {
    revision: snapshot.revision,
    loadedAt: snapshot.loadedAt.toISOString(),
    agents: [...snapshot.agents.values()] as WireAgent[],
    document: snapshot.document,
    paths: [...paths.keys()],
    origins,
    stale: [...snapshot.stale],
    warnings: whole.warnings,
  };
}

import { isDeepStrictEqual } from "node:util";
import { merge } from "rxjs";
import { expect } from "vitest";
import type { RegistryView, ReloadEvent } from "../../mod.ts";
import { until } from "../until.ts";

/** All that can be read of a registry, as plain data: equal where two mean the same. */
export function plainly(registry: RegistryView<object>): unknown {
  const { snapshot, status, history } = registry;
  return JSON.parse(JSON.stringify({
    revision: snapshot.revision,
    loadedAt: snapshot.loadedAt,
    agents: [...snapshot.agents],
    document: snapshot.document,
    origins: [...snapshot.agents.keys()].map((id) => snapshot.origins.get(id)),
    stale: [...snapshot.stale],
    warnings: snapshot.warnings,
    listed: snapshot.list(),
    status,
    // Prints each event, too, which is no part of its JSON.
    history: history.map((event: ReloadEvent) => [event, String(event)]),
  }));
}

/** Resolves once a follower tells the same as what it follows; fails with what differs. */
export async function untilSame(
  follower: RegistryView<object>,
  served: RegistryView<object>,
  limitMs = 10_000,
): Promise<void> {
  const isSame = (): boolean => isDeepStrictEqual(plainly(follower), plainly(served));
  const { snapshot$, status$, reload$ } = follower;
  const followed$ = merge(snapshot$, status$, reload$);
  if (!isSame()) await until(followed$, isSame, limitMs).catch(() => {});
  expect(plainly(follower)).toEqual(plainly(served));
}

import { type Changes, comparing, isEmpty } from "../model/report/changes.ts";
import type { Issue } from "../model/report/issue.ts";
import { ReadOnlyMap } from "../model/snapshot/read-only-map.ts";
import { PAUSE_AFTER } from "../model/value/pause-after.ts";
import { sameValue } from "../model/value/same-value.ts";
import { type Origin, type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import type { Content } from "./isolate.ts";

/** The snapshot to serve after a reload or a rollback. */
export interface NextSnapshot<A> {
  /** Another snapshot than before, or the same. */
  readonly snapshot: RegistrySnapshot<A>;
  readonly changes: Changes;
  /** Where the files have the agents now, when they could be read. */
  readonly places?: ReadonlyMap<string, Origin>;
}

/** The snapshot of some content, or the one there is when there is no semantic change; made in steps. */
export function* nextSnapshot<A extends object>(
  snapshot: RegistrySnapshot<A>,
  content: Content<A>,
  loadedAt: Date,
): Generator<undefined, NextSnapshot<A>, unknown> {
  const served = Snapshot.contentOf(snapshot);
  const { agents, changes } = yield* compared(served.agents, content);
  const { metadata, stale, warnings } = content;
  const origins = ReadOnlyMap.sharing(content.origins, served.origins, sameValue);
  yield;
  // A registry that was loaded and is empty differs from one that was never loaded.
  const sameDocument = snapshot.revision > 0 && sameValue(snapshot.document, metadata);
  const unchanged = sameDocument && isEmpty(changes) && sameStale(served.stale, stale) &&
    // A field that is only warned of, an agent's own id, is no part of the agent.
    sameFindings(snapshot.warnings, warnings);
  if (unchanged) return { snapshot, changes, places: origins };
  const document = sameDocument ? snapshot.document : metadata;
  const revision = snapshot.revision + 1;
  const next = { revision, loadedAt, agents, document, origins, stale, warnings };
  return { snapshot: new Snapshot<A>(next), changes, places: origins };
}

/** The agents to serve, and how they differ from those that are served. */
function* compared<A>(
  served: ReadonlyMap<string, A>,
  { agents, since }: Pick<Content<A>, "agents" | "since">,
): Generator<undefined, { agents: ReadonlyMap<string, A>; changes: Changes }, unknown> {
  // The decoder has compared with these very agents already.
  if (since?.agents === served) return { agents, changes: since.changes };
  const kept = yield* keepUnchanged(served, agents);
  const changes = yield* comparing(served, kept);
  return { agents: ReadOnlyMap.sharing(kept, served), changes };
}

/** Replaces agents by the previous objects that are equal to them. */
function* keepUnchanged<A>(
  previous: ReadonlyMap<string, A>,
  next: ReadonlyMap<string, A>,
): Generator<undefined, ReadonlyMap<string, A>, unknown> {
  const kept = new Map<string, A>();
  let [same, looked] = [true, 0];
  for (const [id, agent] of next) {
    if (++looked % PAUSE_AFTER === 0) yield;
    const before = previous.get(id);
    const keep = before !== undefined && before !== agent && sameValue(before, agent);
    same &&= !keep;
    kept.set(id, keep ? before : agent);
  }
  // The same map if possible: snapshots share it, and a decoder recognizes its own.
  return same ? next : kept;
}

/** Whether the same agents are stale for the same reasons. */
function sameStale(a: RegistrySnapshot<unknown>["stale"], b: typeof a): boolean {
  if (a === b) return true;
  return a.size === b.size &&
    [...a].every(([id, issues]) => {
      const others = b.get(id);
      return others !== undefined && sameFindings(issues, others);
    });
}

/** Whether two lists of issues are the same apart from their positions. */
function sameFindings(a: readonly Issue[], b: readonly Issue[]): boolean {
  const withoutPosition = (
    { code, path, pointer, message }: Issue,
  ) => [code, path, pointer, message];
  return a === b || sameValue(a.map(withoutPosition), b.map(withoutPosition));
}

import type { Issue } from "../model/report/issue.ts";
import { type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import { type RegistryStatus, toStatus } from "../model/report/status.ts";
import type { WatchState } from "./follow.ts";
import type { LoadState } from "./state.ts";

/** A registry at one moment: what is served, and how it is doing. */
export interface RegistryState<A> {
  /** The last good snapshot; revision 0 and empty before there was one. */
  readonly snapshot: RegistrySnapshot<A>;
  /** What came of the latest reload, and how changes are noticed. */
  readonly status: RegistryStatus;
}

/** The status of a registry, from the state of its reloads, its watching and its cache. */
export function statusOf<A>(
  load: LoadState<A>,
  watching: Omit<WatchState, "type"> = { by: "stopped", issues: [] },
  cacheIssues: readonly Issue[] = [],
): RegistryStatus {
  const { snapshot, pinned, lastReload, lastSuccess, consecutiveFailures, cacheIssue } = load;
  const { revision, loadedAt, agents, stale } = Snapshot.contentOf(snapshot);
  return toStatus({
    revision,
    servedSince: loadedAt,
    agentsCount: agents.size,
    staleAgents: stale.size,
    pinned,
    inSync: lastReload?.success === true && pinned === undefined,
    issues: [
      ...load.issues,
      ...(cacheIssue === undefined ? [] : [cacheIssue]),
      ...watching.issues,
      ...cacheIssues,
    ],
    lastReload,
    lastSuccess,
    consecutiveFailures,
    watching: watching.by,
    stalled: load.stalled,
  });
}

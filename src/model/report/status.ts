import { type Issue, toIssues } from "./issue.ts";
import type { ReloadEvent } from "./reload-event.ts";
import { defineDateGetter } from "../value/define-date-getter.ts";

/**
 * How changes are noticed: by the file `events` of the operating system (beside a slow safety poll),
 * by `polling` alone, or not at all because watching is `stopped`. What `connectRegistry` gives says how
 * its server notices them, and `disconnected` while the server cannot be reached.
 */
export type Watching = "events" | "polling" | "stopped" | "disconnected";

/** What a reload has been waiting for since when, and without an answer for ten seconds. */
export interface Stalled {
  /** `read` of the source, the `guard`, or the `cache` that a first load falls back on. */
  readonly what: "read" | "guard" | "cache";
  /** When it was asked. */
  readonly since: Date;
}

/** How a registry is doing now. */
export interface RegistryStatus {
  /** The revision that is served. */
  readonly revision: number;
  /** Since when it is served. */
  readonly servedSince: Date;
  /** How many agents it has. */
  readonly agentsCount: number;
  /** How many of them are stale: kept at their last good version. */
  readonly staleAgents: number;
  /** The revision whose content is served again after a `rollback`, while it is held. */
  readonly pinned: number | undefined;
  /**
   * Whether all that is served is what the files said when they were last read. False after a reload
   * that was refused or applied in part, and while a revision is pinned.
   */
  readonly inSync: boolean;
  /** What is wrong now: what is wrong with the files, and what hinders watching. */
  readonly issues: readonly Issue[];
  /** The latest reload or rollback, if there was one. */
  readonly lastReload: ReloadEvent | undefined;
  /** When the files were last read and found good. A rollback reads nothing and does not count. */
  readonly lastSuccess: Date | undefined;
  /** How many reloads have failed since then, wholly or in part. */
  readonly consecutiveFailures: number;
  /** How changes are noticed. */
  readonly watching: Watching;
  /**
   * What a reload waits for that has not answered for ten seconds. All other reloads wait behind it until
   * it does; `stop` ends the wait when nobody asked for the reload, `close` always.
   */
  readonly stalled: Stalled | undefined;
}

/** Freezes what a status says. */
export function toStatus(fields: RegistryStatus): RegistryStatus {
  const { lastSuccess, servedSince, issues, stalled, ...others } = fields;
  const status = defineDateGetter(
    { ...others, issues: toIssues(issues), stalled: stalled && frozenStalled(stalled) },
    "servedSince",
    servedSince,
  );
  return Object.freeze(
    lastSuccess === undefined
      ? Object.assign(status, { lastSuccess })
      : defineDateGetter(status, "lastSuccess", lastSuccess),
  );
}

function frozenStalled({ what, since }: Stalled): Stalled {
  return Object.freeze(defineDateGetter({ what }, "since", since));
}

import type { Issue } from "./issue.ts";
import type { ReloadEvent } from "./reload-event.ts";
import { withDate } from "./with-date.ts";

/**
 * How changes are noticed: by the file `events` of the operating system (beside a slow safety poll),
 * by `polling` alone, or not at all because watching is `stopped`. What `connectRegistry` gives says how
 * its server notices them, and `disconnected` while the server cannot be reached.
 */
export type Watching = "events" | "polling" | "stopped" | "disconnected";

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
}

/** Freezes what a status says. */
export function toStatus(fields: RegistryStatus): RegistryStatus {
  const { lastSuccess, servedSince, issues, ...others } = fields;
  const status = withDate(
    { ...others, issues: Object.freeze([...issues]) },
    "servedSince",
    servedSince,
  );
  return Object.freeze(
    lastSuccess === undefined
      ? Object.assign(status, { lastSuccess })
      : withDate(status, "lastSuccess", lastSuccess),
  );
}

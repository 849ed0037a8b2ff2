import type { Issue } from "./issue.ts";
import type { ReloadEvent } from "./reload-event.ts";

/**
 * How changes are noticed: by the file `events` of the operating system (beside a slow safety poll),
 * by `polling` alone, or not at all because watching is `stopped`.
 */
export type Watching = "events" | "polling" | "stopped";

/** How a registry is doing now. */
export interface RegistryStatus {
  /** The revision that is served. */
  readonly revision: number;
  /** How many agents it has. */
  readonly agentsCount: number;
  /** Whether the latest reload succeeded: what is served is what the files said then. */
  readonly inSync: boolean;
  /** What is wrong now: why the latest reload was refused, and what hinders watching. */
  readonly issues: readonly Issue[];
  /** The latest reload, if there was one. */
  readonly lastReload: ReloadEvent | undefined;
  /** When a reload last succeeded. */
  readonly lastSuccess: Date | undefined;
  /** How many reloads have failed since then. */
  readonly consecutiveFailures: number;
  /** How changes are noticed. */
  readonly watching: Watching;
}

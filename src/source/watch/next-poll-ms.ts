/**
 * How much of a core polling may take while events come. With what the garbage collector takes afterwards
 * it is at most 0.3 %.
 */
const BUDGET = 0.002;
/** How many times longer than asked for a poll may be put off: what no event announces is found by then. */
const MAX_STRETCH = 4;

/** What the time of the next poll depends on. */
export interface PollFacts {
  /** How often to poll if it costs nothing, in milliseconds. */
  readonly pollMs: number;
  /** How much time of a core the last poll took, in milliseconds. */
  readonly tookMs: number;
}

/**
 * How long to wait for the next poll, in milliseconds, while changes are expected to be announced by
 * events: so long that polling stays within its budget, but never more than four times `pollMs`.
 */
export function nextPollMs({ pollMs, tookMs }: PollFacts): number {
  return Math.max(pollMs, Math.min(tookMs / BUDGET, MAX_STRETCH * pollMs));
}

/** How much time of a core the process has taken, in milliseconds. */
export function cpuMs(): number {
  const { user = 0, system = 0 } = globalThis.process?.cpuUsage() ?? {};
  return (user + system) / 1_000;
}

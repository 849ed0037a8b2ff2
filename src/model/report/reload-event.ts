import type { Changes } from "./changes.ts";
import { type Issue, summarizeIssues, toIssues } from "./issue.ts";
import { printedBy } from "./printed-by.ts";
import { defineDateGetter } from "../value/define-date-getter.ts";

/**
 * What made a reload happen: the registry was opened, its files changed, `reload` or `unpin` was called,
 * or `rollback` was, which reads nothing.
 */
export type ReloadCause = "initial" | "change" | "manual" | "rollback";

/** What every reload event tells, whatever came of the reload. */
export interface ReloadCommon {
  /** The revision that is served after this reload. */
  readonly revision: number;
  /** When the reload was finished. */
  readonly timestamp: Date;
  /** How long reading, decoding and validating took, in milliseconds. */
  readonly durationMs: number;
  /** What made it happen. */
  readonly cause: ReloadCause;
  /** The files that it read. */
  readonly paths: readonly string[];
  /** Whether it found nothing wrong: everything in the files is valid, or the rollback is done. */
  readonly success: boolean;
  /** One line, safe to print, that says why not, when `success` is false. */
  readonly error?: string;
  /** How many agents are served after this reload. */
  readonly agentsCount: number;
  /** How many were served before it. */
  readonly previousCount: number;
  /** One line for a log. */
  toString(): string;
}

/** Everything in the files is live as a new revision. */
export interface AppliedEvent extends ReloadCommon {
  /** A new revision is served. */
  readonly type: "applied";
  /** Nothing is wrong. */
  readonly success: true;
  /** There is none. */
  readonly error?: never;
  /** Which agents differ from the revision before; none when only the document around them does. */
  readonly changes: Changes;
}

/**
 * What is good in the files is live, what is not is kept as it was (`onInvalid: "isolate"`). It is a new
 * revision unless all of that was so before.
 */
export interface PartialEvent extends ReloadCommon {
  /** Some agents are stale, or left out. */
  readonly type: "partial";
  /** Something is wrong: see `issues`. */
  readonly success: false;
  /** One line, safe to print, that says what. */
  readonly error: string;
  /** Which agents differ from before; none when only what is wrong does, or nothing at all. */
  readonly changes: Changes;
  /** What is wrong with the rest, at most a hundred and one that counts the others. */
  readonly issues: readonly Issue[];
}

/** Nothing was applied, the last good snapshot stays. */
export interface RejectedEvent extends ReloadCommon {
  /** The revision before is still served. */
  readonly type: "rejected";
  /** Something is wrong: see `issues`. */
  readonly success: false;
  /** One line, safe to print, that says what. */
  readonly error: string;
  /** Why, at most a hundred and one that counts the rest. */
  readonly issues: readonly Issue[];
}

/**
 * Neither an agent nor anything around the agents means something else than before: than what is served
 * or, while a revision is pinned, than what the files said when it was.
 */
export interface UnchangedEvent extends ReloadCommon {
  /** The revision before is still served. */
  readonly type: "unchanged";
  /** Nothing is wrong. */
  readonly success: true;
  /** There is none. */
  readonly error?: never;
}

/**
 * What came of one attempt to bring the snapshot up to date. `switch` on its `type`, or ask for its
 * `success`: an event without it has `issues`.
 */
export type ReloadEvent = AppliedEvent | PartialEvent | RejectedEvent | UnchangedEvent;

type Facts = Omit<ReloadCommon, "success" | "error" | "toString">;

/** Makes the event of an applied change. */
export function appliedEvent(facts: Facts, changes: Changes): AppliedEvent {
  return event<AppliedEvent>({ type: "applied", ...facts, success: true, changes });
}

/** Makes the event of a change of which only a part was applied. */
export function partialEvent(
  facts: Facts,
  changes: Changes,
  issues: readonly Issue[],
): PartialEvent {
  const error = errorOf(issues);
  const content = { ...facts, success: false, error, changes, issues: toIssues(issues) } as const;
  return event<PartialEvent>({ type: "partial", ...content });
}

/** Makes the event of a refused change. */
export function rejectedEvent(facts: Facts, issues: readonly Issue[]): RejectedEvent {
  const error = errorOf(issues);
  const content = { ...facts, success: false, error, issues: toIssues(issues) } as const;
  return event<RejectedEvent>({ type: "rejected", ...content });
}

/** Makes the event of a reload that found nothing new. */
export function unchangedEvent(facts: Facts): UnchangedEvent {
  return event<UnchangedEvent>({ type: "unchanged", ...facts, success: true });
}

/** Makes the event of a type, of what that type tells. */
export function reloadEventOf(
  type: ReloadEvent["type"],
  facts: Facts,
  changes: Changes,
  issues: readonly Issue[],
): ReloadEvent {
  switch (type) {
    case "applied":
      return appliedEvent(facts, changes);
    case "partial":
      return partialEvent(facts, changes, issues);
    case "rejected":
      return rejectedEvent(facts, issues);
    case "unchanged":
      return unchangedEvent(facts);
  }
}

const eventPrototype = printedBy((event: ReloadEvent): string => {
  const served = `revision ${event.revision} (${event.agentsCount} agents)`;
  const took = `in ${event.durationMs.toFixed(1)} ms`;
  switch (event.type) {
    case "applied": {
      const rolledBack = event.cause === "rollback" ? " by rollback" : "";
      return `applied ${served}${rolledBack}: ${countsOf(event.changes)} ${took}`;
    }
    case "partial":
      return `applied in part, serving ${served}: ${
        countsOf(event.changes)
      } ${took}: ${event.error}`;
    case "rejected":
      return `rejected, still serving ${served}: ${event.error}`;
    case "unchanged":
      return `unchanged, serving ${served} ${took}`;
  }
});

function countsOf({ added, updated, removed }: Changes): string {
  return `${added.length} added, ${updated.length} updated, ${removed.length} removed`;
}

function errorOf(issues: readonly Issue[]): string {
  return summarizeIssues(issues.filter((issue) => issue.severity === "error"));
}

function event<E extends ReloadEvent>({ timestamp, ...fields }: Omit<E, "toString">): E {
  const event = Object.assign(Object.create(eventPrototype), fields, {
    paths: Object.freeze([...fields.paths]),
  });
  return Object.freeze(defineDateGetter(event, "timestamp", timestamp));
}

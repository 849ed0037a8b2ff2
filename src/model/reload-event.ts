import type { Changes } from "./changes.ts";
import { type Issue, summarizeIssues } from "./issue.ts";
import { withDate } from "./with-date.ts";

/** What made a reload happen. */
export type ReloadCause = "initial" | "change" | "manual";

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
  /** Whether what the files say now is what is served. */
  readonly success: boolean;
  /** One line that says why not, when `success` is false. */
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
  /** Which agents differ from the revision before; none when only the document around them does. */
  readonly changes: Changes;
}

/** Nothing was applied, the last good snapshot stays. */
export interface RejectedEvent extends ReloadCommon {
  /** The revision before is still served. */
  readonly type: "rejected";
  /** Why, at most a hundred and one that counts the rest. */
  readonly issues: readonly Issue[];
}

/** The files were read, and neither an agent nor anything around the agents means something else. */
export interface UnchangedEvent extends ReloadCommon {
  /** The revision before is served, and right. */
  readonly type: "unchanged";
}

/** What came of one attempt to bring the snapshot up to date. `switch` on its `type`. */
export type ReloadEvent = AppliedEvent | RejectedEvent | UnchangedEvent;

type Facts = Omit<ReloadCommon, "success" | "error" | "toString">;

/** Makes the event of an applied change. */
export function appliedEvent(facts: Facts, changes: Changes): AppliedEvent {
  return event<AppliedEvent>({ type: "applied", ...facts, success: true, changes });
}

/** Makes the event of a refused change. */
export function rejectedEvent(facts: Facts, issues: readonly Issue[]): RejectedEvent {
  const error = summarizeIssues(issues.filter((issue) => issue.severity === "error"));
  return event<RejectedEvent>({ type: "rejected", ...facts, success: false, error, issues });
}

/** Makes the event of a reload that found nothing new. */
export function unchangedEvent(facts: Facts): UnchangedEvent {
  return event<UnchangedEvent>({ type: "unchanged", ...facts, success: true });
}

// toString stands on the prototype: events stay plain data for JSON and for structuredClone.
const eventPrototype = Object.freeze({
  toString(this: ReloadEvent): string {
    const served = `revision ${this.revision} (${this.agentsCount} agents)`;
    const took = `in ${this.durationMs.toFixed(1)} ms`;
    switch (this.type) {
      case "applied": {
        const { added, updated, removed } = this.changes;
        return `applied ${served}: ${added.length} added, ${updated.length} updated, ` +
          `${removed.length} removed ${took}`;
      }
      case "rejected":
        return `rejected, still serving ${served}: ${this.error}`;
      case "unchanged":
        return `unchanged, serving ${served} ${took}`;
    }
  },
});

function event<E extends ReloadEvent>({ timestamp, ...fields }: Omit<E, "toString">): E {
  const event = Object.assign(Object.create(eventPrototype), fields, {
    paths: Object.freeze([...fields.paths]),
  });
  return Object.freeze(withDate(event, "timestamp", timestamp));
}

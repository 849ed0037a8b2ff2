import type { DecodedRegistry } from "../decode/decoded-registry.ts";
import { toChanges } from "../model/report/changes.ts";
import type { Issue } from "../model/report/issue.ts";
import { ReadOnlyMap } from "../model/snapshot/read-only-map.ts";
import type { ReloadCause, ReloadEvent } from "../model/report/reload-event.ts";
import { type Origin, type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import { runToCompletion } from "../model/value/run-to-completion.ts";
import { canIsolate, isolate } from "./isolate.ts";
import { type NextSnapshot, nextSnapshot } from "./next-snapshot.ts";

/**
 * What happens to a change with invalid agents: `"reject"` refuses all of it, `"isolate"` applies what is
 * good and keeps the rest at its last good version.
 */
export type OnInvalid = "reject" | "isolate";

/** One reload, read and decoded, but not applied yet. */
export interface Attempt<A> {
  readonly cause: ReloadCause;
  /** What was to be read. */
  readonly paths: readonly string[];
  /** The paths of what could be read. */
  readonly documents: readonly string[];
  readonly timestamp: Date;
  readonly durationMs: number;
  readonly decoded: DecodedRegistry<A>;
}

/** The result of a reload or a rollback, before it is applied. */
export interface Outcome<A> extends NextSnapshot<A> {
  readonly type: ReloadEvent["type"];
  /** Why the rest is not served. */
  readonly issues: readonly Issue[];
  /** The snapshot that would have been served, had the guard not refused it. */
  readonly refused?: RegistrySnapshot<A>;
  /** That the cache is served instead, or why it cannot be. */
  readonly cacheIssue?: Issue;
  /** The files have the content that they had when a revision was pinned: the pin holds. */
  readonly heldByPin?: true;
}

const NO_CHANGES = toChanges([], [], []);
const NOTHING_STALE: ReadonlyMap<string, readonly Issue[]> = new ReadOnlyMap();

/**
 * The result of applying a reading to a snapshot, in steps.
 *
 * @param places where the files had the agents when they were last read
 */
export function* outcomeOf<A extends object>(
  previous: RegistrySnapshot<A>,
  { decoded, documents, timestamp }: Attempt<A>,
  onInvalid: OnInvalid,
  places: ReadonlyMap<string, Origin>,
): Generator<undefined, Outcome<A>, unknown> {
  const { errors } = decoded;
  if (errors.length === 0) {
    const content = { ...decoded, stale: NOTHING_STALE };
    return outcomeFrom(yield* nextSnapshot(previous, content, timestamp), previous, []);
  }
  if (onInvalid === "reject" || !canIsolate(decoded, documents)) return rejected(previous, errors);
  const content = yield* isolate(previous, decoded, places);
  const next = yield* nextSnapshot(previous, content, timestamp);
  return outcomeFrom(next, previous, errors);
}

/** The result of serving an older snapshot again. */
export function outcomeOfRollback<A extends object>(
  previous: RegistrySnapshot<A>,
  older: RegistrySnapshot<A>,
  timestamp: Date,
): Outcome<A> {
  const { agents, document, origins, stale, warnings } = Snapshot.contentOf(older);
  const content = { agents, metadata: document, origins, stale, warnings };
  const next = runToCompletion(nextSnapshot(previous, content, timestamp));
  return outcomeFrom(next, previous, []);
}

/** The result of a change that is refused as a whole. */
export function rejected<A>(previous: RegistrySnapshot<A>, issues: readonly Issue[]): Outcome<A> {
  return { type: "rejected", snapshot: previous, changes: NO_CHANGES, issues };
}

/** Turns a valid outcome into one that the guard has refused. */
export function refusedOutcome<A>(
  { snapshot: refused, places }: Outcome<A>,
  previous: RegistrySnapshot<A>,
  issue: Issue,
): Outcome<A> {
  return { ...rejected(previous, [issue]), refused, ...(places === undefined ? {} : { places }) };
}

/** Turns an outcome without an edit into one that leaves the pinned revision in place. */
export function heldByPin<A>(outcome: Outcome<A>, previous: RegistrySnapshot<A>): Outcome<A> {
  return { ...outcome, snapshot: previous, heldByPin: true };
}

function outcomeFrom<A>(
  next: NextSnapshot<A>,
  previous: RegistrySnapshot<A>,
  issues: readonly Issue[],
): Outcome<A> {
  if (issues.length > 0) return { type: "partial", ...next, issues };
  return { type: next.snapshot === previous ? "unchanged" : "applied", ...next, issues };
}

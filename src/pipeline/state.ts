import type { Issue } from "../model/report/issue.ts";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import {
  emptySnapshot,
  type Origin,
  type RegistrySnapshot,
  Snapshot,
} from "../model/snapshot/snapshot.ts";
import type { SourceDocument, SourceReading } from "../model/report/source-reading.ts";
import { runToCompletion } from "../model/value/run-to-completion.ts";
import type { Stalled } from "../model/report/status.ts";
import { eventOf } from "./event-of.ts";
import {
  type Attempt,
  heldByPin,
  type OnInvalid,
  type Outcome,
  outcomeOf,
  outcomeOfRollback,
} from "./outcome.ts";
import type { PipelineRequest } from "./requests.ts";

/** The result of all reloads so far, from which the next one starts. */
export interface LoadState<A> {
  /** The last good snapshot; revision 0 and empty before there was one. */
  readonly snapshot: RegistrySnapshot<A>;
  /** The revision whose content is served again, while it is held. */
  readonly pinned: number | undefined;
  /** The latest reload or rollback, if there was one. */
  readonly lastReload: ReloadEvent | undefined;
  /** When the files were last read and found good. */
  readonly lastSuccess: Date | undefined;
  /** How many reloads have failed since then. */
  readonly consecutiveFailures: number;
  /** Why the files are not served as they are. */
  readonly issues: readonly Issue[];
  /** That the cache is served because the first load failed, or why it cannot be. */
  readonly cacheIssue: Issue | undefined;
  /** The quiet time that the files ask for, in milliseconds. */
  readonly debounceMs: number | undefined;
  /** Where the files had the agents when they were last read: they move without being changed. */
  readonly places: ReadonlyMap<string, Origin>;
  /** What the files had when they were last read, served or not; undefined when it was not valid. */
  readonly latestContent: RegistrySnapshot<A> | undefined;
  /**
   * What the files had when the pinned revision was pinned: as long as they have the same, nobody has
   * edited them. Undefined when anything valid is to be served.
   */
  readonly contentAtPin: RegistrySnapshot<A> | undefined;
  /** What was read last, valid or not, when it could be read. */
  readonly reading: SourceReading | undefined;
  /** What the running reload waits for without an answer. */
  readonly stalled: Stalled | undefined;
  /** The requests that the latest reload or rollback answers. */
  readonly answered: readonly PipelineRequest<A>[];
  /** For the cache: what the latest reload has read, when nothing was wrong with it. */
  readonly goodDocuments: readonly SourceDocument[] | undefined;
  /** When they are wanted: the documents behind what the latest reload serves, unless it was refused. */
  readonly takenDocuments: TakenDocuments | undefined;
}

/** The documents of a reload that was applied, wholly or in part. */
export interface TakenDocuments {
  readonly documents: readonly SourceDocument[];
  /** The paths, of documents or what they stand in, whose agents stay as they were. */
  readonly lost: ReadonlyMap<string, unknown>;
}

/** The state before anything was loaded. */
export function initialState<A extends object>(now: Date): LoadState<A> {
  const snapshot = emptySnapshot<A>(now);
  return {
    snapshot,
    pinned: undefined,
    lastReload: undefined,
    lastSuccess: undefined,
    consecutiveFailures: 0,
    issues: [],
    cacheIssue: undefined,
    debounceMs: undefined,
    places: Snapshot.contentOf(snapshot).origins,
    latestContent: undefined,
    contentAtPin: undefined,
    reading: undefined,
    stalled: undefined,
    answered: [],
    goodDocuments: undefined,
    takenDocuments: undefined,
  };
}

/**
 * The result of a reload, in steps. While a revision is pinned, a change without a semantic difference is not
 * applied: only an edit ends the pin.
 */
export function* nextOutcome<A extends object>(
  { snapshot, contentAtPin, places }: LoadState<A>,
  attempt: Attempt<A>,
  onInvalid: OnInvalid = "reject",
): Generator<undefined, Outcome<A>, unknown> {
  if (contentAtPin !== undefined && attempt.cause === "change") {
    const outcome = yield* outcomeOf(contentAtPin, attempt, onInvalid, places);
    if (outcome.type !== "rejected" && outcome.snapshot === contentAtPin) {
      return heldByPin(outcome, snapshot);
    }
  }
  return yield* outcomeOf(snapshot, attempt, onInvalid, places);
}

/** The state after a reload: all of the new one, or all of the old one, as the outcome says. */
export function afterAttempt<A extends object>(
  state: LoadState<A>,
  attempt: Attempt<A>,
  outcome: Outcome<A> = runToCompletion(nextOutcome(state, attempt)),
): LoadState<A> {
  const { cause, decoded } = attempt;
  const { issues } = outcome;
  const event = eventOf(state.snapshot, outcome, attempt);
  const refused = outcome.type === "rejected";
  const pinned = refused || outcome.heldByPin === true ? state.pinned : undefined;
  // Whoever asks for a reload wants what is in the files, as soon as it is valid again.
  const held = pinned !== undefined && !(refused && cause === "manual");
  const fallback = decoded.lost === undefined ? undefined : state.debounceMs;
  return {
    snapshot: outcome.snapshot,
    pinned,
    lastReload: event,
    lastSuccess: event.success ? event.timestamp : state.lastSuccess,
    consecutiveFailures: event.success ? 0 : state.consecutiveFailures + 1,
    issues,
    cacheIssue: outcome.cacheIssue ?? (issues.length > 0 ? state.cacheIssue : undefined),
    debounceMs: refused ? state.debounceMs : decoded.debounceMs ?? fallback,
    places: outcome.places ?? state.places,
    latestContent: contentAfter(state, attempt, outcome),
    contentAtPin: held ? state.contentAtPin : undefined,
    reading: undefined,
    stalled: undefined,
    answered: [],
    goodDocuments: undefined,
    takenDocuments: undefined,
  };
}

/** The state after an older snapshot was made the newest one, to stay until the files are edited. */
export function afterRollback<A extends object>(
  state: LoadState<A>,
  target: RegistrySnapshot<A>,
  timestamp: Date,
): LoadState<A> {
  const outcome = outcomeOfRollback(state.snapshot, target, timestamp);
  const facts = { cause: "rollback", paths: [], timestamp, durationMs: 0 } as const;
  return {
    ...state,
    snapshot: outcome.snapshot,
    pinned: target.revision,
    lastReload: eventOf(state.snapshot, outcome, facts),
    contentAtPin: state.latestContent,
    goodDocuments: undefined,
    takenDocuments: undefined,
  };
}

/** What is in the files now, as far as it is known. */
function contentAfter<A>(
  { latestContent, contentAtPin }: LoadState<A>,
  { paths, documents }: Attempt<A>,
  { type, snapshot, refused, heldByPin }: Outcome<A>,
): RegistrySnapshot<A> | undefined {
  if (heldByPin === true) return contentAtPin;
  if (type !== "rejected") return snapshot;
  // What could not be read is not known to have changed.
  const unread = documents.length === 0 || documents.length < paths.length;
  return refused ?? (unread ? latestContent : undefined);
}

import type { Issue } from "../model/issue.ts";
import {
  appliedEvent,
  partialEvent,
  rejectedEvent,
  type ReloadEvent,
  unchangedEvent,
} from "../model/reload-event.ts";
import { emptySnapshot, type Origin, type RegistrySnapshot, Snapshot } from "../model/snapshot.ts";
import { type RegistryStatus, toStatus, type Watching } from "../model/status.ts";
import {
  type Attempt,
  leftAside,
  type OnInvalid,
  type Outcome,
  outcomeOf,
  outcomeOfRollback,
} from "./outcome.ts";

/** A registry at one moment: what is served, and how it is doing. */
export interface RegistryState<A> {
  /** The last good snapshot; revision 0 and empty before there was one. */
  readonly snapshot: RegistrySnapshot<A>;
  /** What came of the latest reload, and how changes are noticed. */
  readonly status: RegistryStatus;
}

/** What the pipeline carries from one step to the next. */
export interface PipelineState<A> extends RegistryState<A> {
  /** What `status.issues` is made of. */
  readonly issues: IssueParts;
  /** The quiet time that the files ask for. */
  readonly debounceMs: number | undefined;
  /** Whether the latest reload took a parse of everything, during which nothing else could run. */
  readonly whole: boolean;
  /** Where the files had the agents when they were last read: they move without being changed. */
  readonly places: ReadonlyMap<string, Origin>;
  /** What the files said when they were last read, served or not; undefined when it was no good. */
  readonly said: RegistrySnapshot<A> | undefined;
  /**
   * What the files had said when the pinned revision was pinned: as long as they say the same, nobody
   * has edited them. Undefined when anything good that they say is to be served.
   */
  readonly saidBeforePin: RegistrySnapshot<A> | undefined;
}

/** The issues of a status, by what they are about: each part comes and goes by itself. */
export interface IssueParts {
  readonly reload: readonly Issue[];
  /** Whether a first load that failed is made up for by the cache. */
  readonly restoring: readonly Issue[];
  readonly watching: readonly Issue[];
  /** What hinders the cache from being written. */
  readonly caching: readonly Issue[];
}

/** The state before anything was loaded. */
export function initialState<A extends object>(now: Date): PipelineState<A> {
  const snapshot = emptySnapshot<A>(now);
  return {
    snapshot,
    status: toStatus({
      ...servedOf(snapshot),
      pinned: undefined,
      inSync: false,
      issues: [],
      lastReload: undefined,
      lastSuccess: undefined,
      consecutiveFailures: 0,
      watching: "stopped",
    }),
    issues: { reload: [], restoring: [], watching: [], caching: [] },
    debounceMs: undefined,
    whole: false,
    places: Snapshot.contentOf(snapshot).origins,
    said: undefined,
    saidBeforePin: undefined,
  };
}

/**
 * What a reload would come to. While a revision is pinned, hints that lead to what was known before are
 * not followed: a touch is no edit.
 */
export function nextOutcome<A extends object>(
  { snapshot, saidBeforePin, places }: PipelineState<A>,
  attempt: Attempt<A>,
  onInvalid: OnInvalid = "reject",
): Outcome<A> {
  if (saidBeforePin !== undefined && attempt.cause === "change") {
    const outcome = outcomeOf(saidBeforePin, attempt, onInvalid, places);
    if (outcome.type !== "rejected" && outcome.snapshot === saidBeforePin) {
      return leftAside(outcome, snapshot);
    }
  }
  return outcomeOf(snapshot, attempt, onInvalid, places);
}

/** The state after a reload: all of the new one, or all of the old one, as the outcome says. */
export function afterAttempt<A extends object>(
  state: PipelineState<A>,
  attempt: Attempt<A>,
  outcome: Outcome<A> = nextOutcome(state, attempt),
): PipelineState<A> {
  const { cause, decoded } = attempt;
  const { status, saidBeforePin } = state;
  const event = eventOf(state.snapshot, outcome, attempt);
  const issues = issuesAfter(state.issues, outcome);
  const refused = outcome.type === "rejected";
  const pinned = refused || outcome.leftAside === true ? status.pinned : undefined;
  // Who asks for a reload wants what the files say, whenever it is good again.
  const held = pinned !== undefined && !(refused && cause === "manual");
  const fallback = decoded.lost === undefined ? undefined : state.debounceMs;
  return {
    snapshot: outcome.snapshot,
    status: toStatus({
      ...servedOf(outcome.snapshot),
      pinned,
      inSync: event.success && pinned === undefined,
      issues: allOf(issues),
      lastReload: event,
      lastSuccess: event.success ? event.timestamp : status.lastSuccess,
      consecutiveFailures: event.success ? 0 : status.consecutiveFailures + 1,
      watching: status.watching,
    }),
    issues,
    debounceMs: refused ? state.debounceMs : decoded.debounceMs ?? fallback,
    whole: decoded.whole ?? false,
    places: outcome.places ?? state.places,
    said: saidBy(state, attempt, outcome),
    saidBeforePin: held ? saidBeforePin : undefined,
  };
}

/** The state after an older snapshot was made the newest one, to stay until the files are edited. */
export function afterRollback<A extends object>(
  state: PipelineState<A>,
  target: RegistrySnapshot<A>,
  timestamp: Date,
): PipelineState<A> {
  const outcome = outcomeOfRollback(state.snapshot, target, timestamp);
  const facts = { cause: "rollback", paths: [], timestamp, durationMs: 0 } as const;
  return {
    ...state,
    snapshot: outcome.snapshot,
    status: toStatus({
      ...state.status,
      ...servedOf(outcome.snapshot),
      pinned: target.revision,
      inSync: false,
      lastReload: eventOf(state.snapshot, outcome, facts),
    }),
    whole: false,
    saidBeforePin: state.said,
  };
}

/** The state after the source has said how it watches. */
export function afterWatching<A>(
  state: PipelineState<A>,
  by: Watching,
  issues: readonly Issue[],
): PipelineState<A> {
  if (by === state.status.watching && sameMembers(issues, state.issues.watching)) return state;
  return withIssues(state, { watching: issues }, by);
}

/** The state after the cache has said what hinders it from being written. */
export function afterCaching<A>(
  state: PipelineState<A>,
  issues: readonly Issue[],
): PipelineState<A> {
  return sameMembers(issues, state.issues.caching) ? state : withIssues(state, { caching: issues });
}

function withIssues<A>(
  state: PipelineState<A>,
  changed: Partial<IssueParts>,
  watching: Watching = state.status.watching,
): PipelineState<A> {
  const issues = { ...state.issues, ...changed };
  return {
    ...state,
    issues,
    status: toStatus({ ...state.status, watching, issues: allOf(issues) }),
  };
}

function issuesAfter<A>(before: IssueParts, outcome: Outcome<A>): IssueParts {
  const { issues, cacheIssue } = outcome;
  const restoring = cacheIssue !== undefined
    ? [cacheIssue]
    : issues.length > 0
    ? before.restoring
    : [];
  return { ...before, reload: issues, restoring };
}

function allOf({ reload, restoring, watching, caching }: IssueParts): readonly Issue[] {
  return [...reload, ...restoring, ...watching, ...caching];
}

function sameMembers<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((member, at) => member === b[at]);
}

/** What the files say now, as far as it is known. */
function saidBy<A>(
  { said, saidBeforePin }: PipelineState<A>,
  { paths, documents }: Attempt<A>,
  { type, snapshot, refused, leftAside }: Outcome<A>,
): RegistrySnapshot<A> | undefined {
  if (leftAside === true) return saidBeforePin;
  if (type !== "rejected") return snapshot;
  // What could not be read has not said anything else than before.
  const unread = documents.length === 0 || documents.length < paths.length;
  return refused ?? (unread ? said : undefined);
}

function servedOf<A>(
  snapshot: RegistrySnapshot<A>,
): Pick<RegistryStatus, "revision" | "servedSince" | "agentsCount" | "staleAgents"> {
  const { revision, loadedAt, agents, stale } = Snapshot.contentOf(snapshot);
  return { revision, servedSince: loadedAt, agentsCount: agents.size, staleAgents: stale.size };
}

function eventOf<A>(
  before: RegistrySnapshot<A>,
  { type, snapshot, changes, cacheIssue, ...outcome }: Outcome<A>,
  { cause, paths, timestamp, durationMs }: Omit<Attempt<A>, "decoded" | "documents">,
): ReloadEvent {
  const facts = {
    ...{ revision: snapshot.revision, timestamp, durationMs, cause, paths },
    agentsCount: Snapshot.contentOf(snapshot).agents.size,
    previousCount: Snapshot.contentOf(before).agents.size,
  };
  const issues = cacheIssue === undefined
    ? outcome.issues
    : Object.freeze([...outcome.issues, cacheIssue]);
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

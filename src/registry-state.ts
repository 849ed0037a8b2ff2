import type { DecodedRegistry } from "./decode/decoder.ts";
import { type Changes, changesBetween, isEmpty } from "./model/changes.ts";
import type { Issue } from "./model/issue.ts";
import {
  appliedEvent,
  rejectedEvent,
  type ReloadCause,
  type ReloadEvent,
  unchangedEvent,
} from "./model/reload-event.ts";
import { sameValue } from "./model/same-value.ts";
import { emptySnapshot, type RegistrySnapshot, Snapshot } from "./model/snapshot.ts";
import type { RegistryStatus, Watching } from "./model/status.ts";
import { withDate } from "./model/with-date.ts";

/** A registry at one moment: what is served, and how it is doing. */
export interface RegistryState<A> {
  /** The last good snapshot; revision 0 and empty before there was one. */
  readonly snapshot: RegistrySnapshot<A>;
  /** What came of the latest reload, and how changes are noticed. */
  readonly status: RegistryStatus;
}

/** What the pipeline carries from one step to the next. */
export interface PipelineState<A> extends RegistryState<A> {
  /** The part of `status.issues` that is about watching. */
  readonly watchIssues: readonly Issue[];
  /** The quiet time that the files ask for. */
  readonly debounceMs: number | undefined;
  /** Whether the latest reload took a parse of everything, during which nothing else could run. */
  readonly whole: boolean;
}

/** One reload, read and decoded, but not applied yet. */
export interface Attempt<A> {
  readonly cause: ReloadCause;
  readonly paths: readonly string[];
  readonly timestamp: Date;
  readonly durationMs: number;
  readonly decoded: DecodedRegistry<A>;
}

/** The state before anything was loaded. */
export function initialState<A extends object>(now: Date): PipelineState<A> {
  return {
    snapshot: emptySnapshot<A>(now),
    status: Object.freeze({
      revision: 0,
      agentsCount: 0,
      inSync: false,
      issues: Object.freeze([]),
      lastReload: undefined,
      lastSuccess: undefined,
      consecutiveFailures: 0,
      watching: "stopped",
    }),
    watchIssues: [],
    debounceMs: undefined,
    whole: false,
  };
}

/** The state after a reload: all of the new one, or all of the old one. */
export function afterAttempt<A extends object>(
  state: PipelineState<A>,
  attempt: Attempt<A>,
): PipelineState<A> {
  const { errors, debounceMs, whole = false } = attempt.decoded;
  if (errors.length > 0) {
    const event = rejectedEvent(factsOf(state.snapshot, state.snapshot, attempt), errors);
    return { ...withReload(state, state.snapshot, event, event.issues), whole };
  }
  const { agents, changes } = compared(state.snapshot.agents, attempt.decoded);
  const snapshot = nextSnapshot(state, attempt, agents, changes);
  const facts = factsOf(state.snapshot, snapshot, attempt);
  const event = snapshot === state.snapshot ? unchangedEvent(facts) : appliedEvent(facts, changes);
  return { ...withReload(state, snapshot, event, []), debounceMs, whole };
}

/** The state after the source has said how it watches. */
export function afterWatching<A>(
  state: PipelineState<A>,
  by: Watching,
  issues: readonly Issue[],
): PipelineState<A> {
  const told = state.watchIssues;
  const same = by === state.status.watching && issues.length === told.length &&
    issues.every((issue, at) => issue === told[at]);
  if (same) return state;
  const reloadIssues = state.status.issues.slice(0, -state.watchIssues.length || undefined);
  const status = statusOf({
    ...state.status,
    watching: by,
    issues: [...reloadIssues, ...issues],
  });
  return { ...state, status, watchIssues: issues };
}

/** The next snapshot, or the one there is when nothing means something else. */
function nextSnapshot<A extends object>(
  { snapshot, status }: PipelineState<A>,
  { decoded, timestamp }: Attempt<A>,
  agents: ReadonlyMap<string, A>,
  changes: Changes,
): RegistrySnapshot<A> {
  const sameDocument = sameValue(snapshot.document, decoded.around);
  // A field that is only warned of, an agent's own id, is no part of the agent.
  const sameWarnings = sameFindings(snapshot.warnings, decoded.warnings);
  const unchanged = sameDocument && sameWarnings && isEmpty(changes);
  // An empty registry that was loaded is something else than none.
  if (unchanged && status.lastSuccess !== undefined) return snapshot;
  return new Snapshot<A>({
    revision: snapshot.revision + 1,
    loadedAt: timestamp,
    agents,
    document: sameDocument ? snapshot.document : decoded.around,
    origins: decoded.origins,
    warnings: decoded.warnings,
  });
}

/** Whether two lists of issues say the same, wherever in the text they say it. */
function sameFindings(a: readonly Issue[], b: readonly Issue[]): boolean {
  const said = ({ code, path, pointer, message }: Issue) => [code, path, pointer, message];
  return a === b || sameValue(a.map(said), b.map(said));
}

/** The agents to serve, and how they differ from those that are served. */
function compared<A>(
  served: ReadonlyMap<string, A>,
  { agents, since }: DecodedRegistry<A>,
): { agents: ReadonlyMap<string, A>; changes: Changes } {
  // A decoder that has compared with these very agents need not be checked on, agent by agent.
  if (since?.agents === served) return { agents, changes: since.changes };
  const kept = keepUnchanged(served, agents);
  return { agents: kept, changes: changesBetween(served, kept) };
}

/** Puts the agents that there were in place of those that are equal to them. */
function keepUnchanged<A>(
  previous: ReadonlyMap<string, A>,
  next: ReadonlyMap<string, A>,
): ReadonlyMap<string, A> {
  const kept = new Map<string, A>();
  for (const [id, agent] of next) {
    const before = previous.get(id);
    kept.set(id, before !== undefined && sameValue(before, agent) ? before : agent);
  }
  return kept;
}

function factsOf<A>(
  before: RegistrySnapshot<A>,
  after: RegistrySnapshot<A>,
  { cause, paths, timestamp, durationMs }: Attempt<A>,
) {
  return {
    revision: after.revision,
    timestamp,
    durationMs,
    cause,
    paths,
    agentsCount: after.agents.size,
    previousCount: before.agents.size,
  };
}

function withReload<A>(
  state: PipelineState<A>,
  snapshot: RegistrySnapshot<A>,
  event: ReloadEvent,
  issues: readonly Issue[],
): PipelineState<A> {
  const { status, watchIssues } = state;
  return {
    ...state,
    snapshot,
    status: statusOf({
      revision: snapshot.revision,
      agentsCount: snapshot.agents.size,
      inSync: event.success,
      issues: [...issues, ...watchIssues],
      lastReload: event,
      lastSuccess: event.success ? event.timestamp : status.lastSuccess,
      consecutiveFailures: event.success ? 0 : status.consecutiveFailures + 1,
      watching: status.watching,
    }),
  };
}

function statusOf({ lastSuccess, issues, ...fields }: RegistryStatus): RegistryStatus {
  const status = { ...fields, issues: Object.freeze([...issues]) };
  return Object.freeze(
    lastSuccess === undefined
      ? { ...status, lastSuccess }
      : withDate(status, "lastSuccess", lastSuccess),
  );
}

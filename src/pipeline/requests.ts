import { asyncScheduler, concat, concatMap, defer, map, type Observable, of } from "rxjs";
import {
  type AnsweringAttempt,
  attempt$,
  type AttemptOptions,
  type ReloadRequest,
} from "./reload.ts";
import { type Guard, guarded$ } from "./guard.ts";
import type { ReloadCause } from "../model/reload-event.ts";
import type { RegistrySnapshot } from "../model/snapshot.ts";
import type { SourceDocument } from "../model/source-reading.ts";
import type { OnInvalid, Outcome } from "./outcome.ts";
import { afterAttempt, afterRollback, nextOutcome, type PipelineState } from "./registry-state.ts";
import { asBase, type KeptDocuments, madeUpFor, type Restored, restored$ } from "./fallback.ts";

/** A wish to serve an older snapshot again. */
export interface RollbackRequest<A> {
  readonly type: "rollback";
  readonly snapshot: RegistrySnapshot<A>;
}

/** What a pipeline can be asked for. */
export type PipelineRequest<A> = ReloadRequest | RollbackRequest<A>;

/** What a turn needs. */
export interface TurnOptions<A> extends AttemptOptions<A> {
  /** @default "reject" */
  readonly onInvalid?: OnInvalid | undefined;
  readonly guard?: Guard<A> | undefined;
  /** What a first load falls back on that fails. */
  readonly cache?: KeptDocuments | undefined;
  /** Whether somebody wants the documents of what is served. @default () => false */
  readonly documentsWanted?: () => boolean;
}

/** The documents of a reload that was applied, wholly or in part. */
export interface TakenDocuments {
  readonly documents: readonly SourceDocument[];
  /** The paths, of documents or what they stand in, whose agents stay as they were. */
  readonly lost: ReadonlyMap<string, unknown>;
}

/** What a turn goes by when it comes. */
export interface TurnState<A> {
  readonly state: PipelineState<A>;
  /** The quiet time before a reload, in milliseconds. */
  readonly debounceMs: number;
}

/** What came of one reload or rollback. */
export interface Turn<A> {
  readonly cause: ReloadCause;
  readonly answered: readonly PipelineRequest<A>[];
  /** For the cache: the documents that were read, when there was nothing wrong with them. */
  readonly good: readonly SourceDocument[] | undefined;
  /** When they are wanted: the documents that were read, unless the reload was refused. */
  readonly taken: TakenDocuments | undefined;
  /** To be applied to the state there is by then: the way of watching may have changed meanwhile. */
  apply(state: PipelineState<A>): PipelineState<A>;
}

/**
 * Does what was asked for, in order and one after the other; reloads that follow each other are one.
 *
 * @param now the state when a turn comes: with that of the turn before applied
 */
export function turns$<A extends object>(
  requests: readonly PipelineRequest<A>[],
  options: TurnOptions<A>,
  now: () => TurnState<A>,
): Observable<Turn<A>> {
  return concat(
    ...inTurns(requests).map((turn) =>
      defer(() =>
        turn.type === "rollback" ? rollback$(turn, options) : reload$(turn.requests, options, now())
      )
    ),
  );
}

type Wanted<A> =
  | RollbackRequest<A>
  | { readonly type: "reload"; readonly requests: ReloadRequest[] };

function inTurns<A>(requests: readonly PipelineRequest<A>[]): readonly Wanted<A>[] {
  const turns: Wanted<A>[] = [];
  for (const request of requests) {
    const last = turns.at(-1);
    if (request.type === "rollback") turns.push(request);
    else if (last?.type === "reload") last.requests.push(request);
    else turns.push({ type: "reload", requests: [request] });
  }
  return turns;
}

function reload$<A extends object>(
  requests: readonly ReloadRequest[],
  options: TurnOptions<A>,
  { state, debounceMs }: TurnState<A>,
): Observable<Turn<A>> {
  const { scheduler = asyncScheduler } = options;
  const wanted = options.documentsWanted?.() === true;
  const keepDocuments = options.cache !== undefined || wanted;
  const attemptOptions = { ...options, keepDocuments };
  return attempt$(requests, attemptOptions, { debounceMs, served: state.snapshot.agents }).pipe(
    concatMap((attempt) =>
      outcome$(attempt, state, options).pipe(
        map((outcome): Turn<A> => {
          const finished = { ...attempt, timestamp: new Date(scheduler.now()) };
          return {
            cause: attempt.cause,
            answered: requests,
            good: keepDocuments && outcome.issues.length === 0
              ? attempt.reading.documents
              : undefined,
            taken: wanted && outcome.type !== "rejected"
              ? { documents: attempt.reading.documents, lost: attempt.decoded.lost ?? new Map() }
              : undefined,
            apply: (latest) => afterAttempt(latest, finished, outcome),
          };
        }),
      )
    ),
  );
}

/** What a reload comes to. A first load that fails is tried once more on top of what was kept. */
function outcome$<A extends object>(
  attempt: AnsweringAttempt<A>,
  state: PipelineState<A>,
  options: TurnOptions<A>,
  restored?: Restored<A>,
): Observable<Outcome<A>> {
  const { guard, onInvalid, cache } = options;
  const { cause, paths: [path = "(source)"] } = attempt;
  const { snapshot } = state;
  const previous = restored === undefined ? snapshot : asBase(restored, snapshot);
  const outcome = nextOutcome({ ...state, snapshot: previous }, attempt, onInvalid);
  return guarded$(outcome, previous, guard, path).pipe(
    concatMap((outcome) => {
      if (restored !== undefined) return of(madeUpFor(outcome, restored, snapshot));
      if (cache === undefined || cause !== "initial" || outcome.issues.length === 0) {
        return of(outcome);
      }
      return restored$(cache, snapshot, attempt, options).pipe(
        concatMap((restored) =>
          restored.outcome === undefined
            ? of(madeUpFor(outcome, restored, snapshot))
            : outcome$(attempt, state, options, restored)
        ),
      );
    }),
  );
}

function rollback$<A extends object>(
  request: RollbackRequest<A>,
  { scheduler = asyncScheduler }: TurnOptions<A>,
): Observable<Turn<A>> {
  const timestamp = new Date(scheduler.now());
  return of({
    cause: "rollback",
    answered: [request],
    good: undefined,
    taken: undefined,
    apply: (state) => afterRollback(state, request.snapshot, timestamp),
  });
}

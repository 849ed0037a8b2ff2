import {
  asyncScheduler,
  catchError,
  connect,
  defer,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  scan,
  type SchedulerLike,
  switchMap,
  tap,
  timer,
  withLatestFrom,
} from "rxjs";
import { type ReloadRequest, sourceIssue } from "./reload.ts";
import type { Issue } from "../model/issue.ts";
import type { Watching } from "../model/status.ts";
import { bufferUntilQuiet } from "../operators/buffer-until-quiet.ts";
import { collectMap } from "../operators/collect-map.ts";
import type { SourceDocument } from "../model/source-reading.ts";
import { afterCaching, afterWatching, initialState, type PipelineState } from "./registry-state.ts";
import type { RegistrySource, SourceChange } from "../source/registry-source.ts";
import { type PipelineRequest, type TakenDocuments, type TurnOptions, turns$ } from "./requests.ts";

/** What the pipeline is given. */
export interface PipelineOptions<A> extends TurnOptions<A> {
  /** Whether to watch, now and from now on. */
  readonly watch$: Observable<boolean>;
  /** Reloads and rollbacks that are asked for. */
  readonly request$: Observable<PipelineRequest<A>>;
  /** Milliseconds; undefined lets the files decide. */
  readonly debounceMs: number | undefined;
  /** Milliseconds. */
  readonly maxWaitMs: number;
}

/** A state, with the requests that it answers. */
export interface PipelineStep<A> extends PipelineState<A> {
  readonly answered: readonly PipelineRequest<A>[];
  /** For the cache: the documents of the reload that this step is about, when nothing is wrong with them. */
  readonly good: readonly SourceDocument[] | undefined;
  /** When they are wanted: the documents of the reload that this step is about, unless it was refused. */
  readonly taken: TakenDocuments | undefined;
}

type Signal =
  | { readonly type: "changed"; readonly paths: readonly string[] }
  | { readonly type: "watching"; readonly by: Watching; readonly issues: readonly Issue[] }
  | { readonly type: "caching"; readonly issues: readonly Issue[] };

/** The quiet time before a reload when neither options nor files say another, in milliseconds. */
const DEFAULT_DEBOUNCE_MS = 250;
/** When to subscribe again to a source whose stream of changes has failed, in milliseconds. */
const RESUBSCRIBE_MS = 2_000;

/**
 * The chain from signals to states. Cold: each subscription has a state of its own. Never errors.
 *
 * ```text
 * source.change$:    ---x-x-------------------x------
 * bufferUntilQuiet:  ---------x------------------x---
 * request$:          ----------------r---------------
 * collectMap:        i--------x------r-----------x---   one at a time: read, decode, validate, guard
 * scan:              1--------2------2-----------3---   revision
 * ```
 */
export function pipeline$<A extends object>(
  options: PipelineOptions<A>,
): Observable<PipelineStep<A>> {
  const { source, watch$, request$, maxWaitMs, cache, scheduler = asyncScheduler } = options;
  return defer(() => {
    const state0: PipelineStep<A> = { ...initialState(new Date(scheduler.now())), ...NOTHING_DONE };
    let latest: PipelineState<A> = state0;
    let debounceMs = options.debounceMs ?? DEFAULT_DEBOUNCE_MS;

    const watching$ = watch$.pipe(
      switchMap((on, turn) => on ? follow$(source, turn > 0, scheduler) : of(STOPPED)),
    );
    const caching$ = cache === undefined
      ? EMPTY
      : cache.issue$.pipe(map((issues): Signal => ({ type: "caching", issues })));
    // The source is subscribed before it is first read, so that no change falls in between.
    return merge(watching$, caching$, request$, of(INITIAL)).pipe(
      connect((signal$) => {
        const burst$ = signal$.pipe(
          filter((signal) => signal.type === "changed"),
          bufferUntilQuiet({ quietMs: () => debounceMs, maxWaitMs, scheduler }),
          withLatestFrom(watch$),
          filter(([, watching]) => watching),
          map(() => CHANGE),
        );
        const asked$ = signal$.pipe(
          filter((signal) => signal.type === "reload" || signal.type === "rollback"),
        );
        const reload$ = merge(burst$, asked$).pipe(
          collectMap((requests) =>
            turns$(requests, options, () => ({ state: latest, debounceMs }))
          ),
          withLatestFrom(watch$),
          // A reload that nobody asked for does not outlive stop(); start() catches up with it.
          filter(([{ cause }, watching]) => watching || cause !== "change"),
          map(([{ apply, answered, good, taken }]) => (state: PipelineState<A>) => ({
            ...apply(state),
            answered,
            good,
            taken,
          })),
        );
        const status$ = signal$.pipe(
          filter((signal) => signal.type === "watching" || signal.type === "caching"),
          map((signal) => (state: PipelineState<A>) => ({
            ...(signal.type === "watching"
              ? afterWatching(state, signal.by, signal.issues)
              : afterCaching(state, signal.issues)),
            ...NOTHING_DONE,
          })),
        );
        return merge(reload$, status$);
      }),
      scan((state, step) => step(state), state0),
      tap((state) => {
        debounceMs = options.debounceMs ?? state.debounceMs ?? DEFAULT_DEBOUNCE_MS;
        latest = state;
      }),
    );
  });
}

/** Follows a source, and keeps following one whose stream of changes fails. */
function follow$(
  source: RegistrySource,
  catchUp: boolean,
  scheduler: SchedulerLike,
): Observable<Signal | ReloadRequest> {
  const change$ = defer(() => source.change$).pipe(
    mergeMap((change) => toSignals(change)),
    catchError((error: unknown) => {
      const issue = sourceIssue("watch-failed", "warning", "The source cannot be watched", error);
      const again$ = timer(RESUBSCRIBE_MS, scheduler).pipe(
        switchMap(() => follow$(source, true, scheduler)),
      );
      return merge(of<Signal>({ type: "watching", by: "polling", issues: [issue] }), again$);
    }),
  );
  return merge(of(WATCHING), change$, catchUp ? of(CHANGE) : EMPTY);
}

/** What a source may say, and nothing else: a source of somebody's own may say anything. */
function toSignals(change: SourceChange | null | undefined): readonly Signal[] {
  switch (change?.type) {
    case "changed":
      return [{ type: "changed", paths: change.paths ?? [] }];
    case "watching": {
      const by = change.by === "polling" ? "polling" : "events";
      return [{ type: "watching", by, issues: change.issues ?? [] }];
    }
    default:
      return [];
  }
}

const NOTHING_DONE = { answered: [], good: undefined, taken: undefined };
const INITIAL: ReloadRequest = { type: "reload", cause: "initial" };
const CHANGE: ReloadRequest = { type: "reload", cause: "change" };
const WATCHING: Signal = { type: "watching", by: "events", issues: [] };
const STOPPED: Signal = { type: "watching", by: "stopped", issues: [] };

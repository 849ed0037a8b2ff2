import {
  asyncScheduler,
  combineLatest,
  connect,
  defer,
  distinctUntilChanged,
  filter,
  map,
  merge,
  type Observable,
  of,
  startWith,
} from "rxjs";
import { batchScan$ } from "../operators/batch-scan.ts";
import { bufferUntilQuiet } from "../operators/buffer-until-quiet.ts";
import { collectMap } from "../operators/collect-map.ts";
import { answer$ } from "./answer.ts";
import { follow$, type WatchState } from "./follow.ts";
import { afterFailure, quietMsOf, type ReloadOptions } from "./reload.ts";
import type { PipelineRequest, ReloadRequest } from "./requests.ts";
import { initialState, type LoadState } from "./state.ts";
import { type RegistryState, statusOf } from "./status-of.ts";

/** The inputs of a pipeline. */
export interface PipelineOptions<A> extends ReloadOptions<A> {
  /** Requested reloads and rollbacks. */
  readonly request$: Observable<PipelineRequest<A>>;
  /** The longest time that constant writing holds a reload back, in milliseconds. */
  readonly maxWaitMs: number;
}

/** A state of the registry, with what led to it. */
export interface PipelineStep<A> extends RegistryState<A> {
  readonly load: LoadState<A>;
}

const INITIAL: ReloadRequest = { type: "reload", cause: "initial" };
const CHANGE: ReloadRequest = { type: "reload", cause: "change" };

/**
 * The chain from changes to states. Cold: each subscription has a state of its own. Never errors.
 *
 * ```text
 * source.change$:    ---x-x-------------------x------
 * bufferUntilQuiet:  ---------x------------------x---
 * request$:          ----------------r---------------
 * batchScan$:        i--------x------r-----------x---   one at a time: read, decode, validate, guard
 * snapshot:          1--------2------2-----------3---   revision
 * ```
 */
export function pipeline$<A extends object>(
  options: PipelineOptions<A>,
): Observable<PipelineStep<A>> {
  const { source, watch$, request$, maxWaitMs, cache, scheduler = asyncScheduler } = options;
  return defer(() => {
    const seed = initialState<A>(new Date(scheduler.now()));
    // The source is subscribed before it is first read, so that no change falls in between.
    return merge(follow$(source, watch$, scheduler), request$, of(INITIAL)).pipe(
      connect((signal$) => {
        const watching$ = signal$.pipe(
          filter((signal) => signal.type === "watching"),
          distinctUntilChanged(sameWatching),
        );
        const asked$ = signal$.pipe(
          filter((signal) => signal.type === "reload" || signal.type === "rollback"),
        );
        const change$ = (state: () => LoadState<A>) =>
          signal$.pipe(
            filter((signal) => signal.type === "changed"),
            bufferUntilQuiet({ quietMs: () => quietMsOf(options, state()), maxWaitMs, scheduler }),
            map(() => CHANGE),
          );
        const load$ = batchScan$((state) => merge(change$(state), asked$), {
          seed,
          step$: (state, requests) => answer$(state, requests, options),
          recover: (state, error, requests) => afterFailure(state, error, requests, options),
        });
        const cacheIssue$ = cache?.issue$.pipe(startWith([]), distinctUntilChanged(sameMembers));
        return combineLatest([load$.pipe(startWith(seed)), watching$, cacheIssue$ ?? of([])]);
      }),
      map(([load, watching, cacheIssues]) => ({
        snapshot: load.snapshot,
        status: statusOf(load, watching, cacheIssues),
        load,
      })),
      // A state that a subscriber causes waits until all subscribers have seen the one before.
      collectMap((steps) => steps),
    );
  });
}

function sameWatching(a: WatchState, b: WatchState): boolean {
  return a.by === b.by && sameMembers(a.issues, b.issues);
}

function sameMembers<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((member, at) => member === b[at]);
}

import { asyncScheduler, from, mergeScan, type Observable, of } from "rxjs";
import { reload$, type ReloadOptions } from "./reload.ts";
import { type PipelineRequest, turnsOf } from "./requests.ts";
import { afterRollback, type LoadState } from "./state.ts";

/** Runs the requested reloads and rollbacks one at a time. Emits the state after each. */
export function answer$<A extends object>(
  state: LoadState<A>,
  requests: readonly PipelineRequest<A>[],
  options: ReloadOptions<A>,
): Observable<LoadState<A>> {
  const { scheduler = asyncScheduler } = options;
  return from(turnsOf(requests)).pipe(
    mergeScan(
      (state, turn) => {
        if (turn.type === "reload") return reload$(state, turn.requests, options);
        const timestamp = new Date(scheduler.now());
        return of({ ...afterRollback(state, turn.snapshot, timestamp), answered: [turn] });
      },
      state,
      1,
    ),
  );
}

import { catchError, defer, map, type Observable, type ObservableInput, of } from "rxjs";
import { collectMap } from "./collect-map.ts";

/** How {@linkcode batchScan$} gets from one state to the next. */
export interface BatchScan<T, S> {
  readonly seed: S;
  /** Emits the states that a batch leads to, none if it leads to no other. Runs one at a time. */
  readonly step$: (state: S, batch: readonly T[]) => ObservableInput<S>;
  /** The state after a step that threw or errored. */
  readonly recover: (state: S, error: unknown, batch: readonly T[]) => S;
}

/**
 * A `scan` whose steps take time: it owns the state, and runs one step at a time. Values that arrive
 * while one runs are the batch of the next, which starts from the state that the one before has left.
 *
 * ```text
 * input:       a--b-c---------d----
 * step:        [a]---1|[b,c]-2|[d]-3|
 * batchScan$:  ------1-------2-----3-
 * ```
 *
 * A step that fails costs no later value. States are emitted in order, also when a subscriber causes the
 * next value. Each subscription has a state of its own.
 *
 * @param input makes the input, which may look at the present state
 */
export function batchScan$<T, S>(
  input: (state: () => S) => Observable<T>,
  { seed, step$, recover }: BatchScan<T, S>,
): Observable<S> {
  return defer(() => {
    let state = seed;
    return input(() => state).pipe(
      collectMap((batch) =>
        defer(() => step$(state, batch)).pipe(
          catchError((error: unknown) => of(recover(state, error, batch))),
          map((next) => state = next),
        )
      ),
    );
  });
}

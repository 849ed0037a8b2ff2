import {
  asyncScheduler,
  buffer,
  connect,
  debounce,
  exhaustMap,
  filter,
  merge,
  type OperatorFunction,
  type SchedulerLike,
  startWith,
  take,
  timer,
} from "rxjs";

/** How {@linkcode bufferUntilQuiet} waits. */
export interface QuietOptions {
  /** How long, in milliseconds, nothing must come before a burst is over; asked at every value. */
  readonly quietMs: () => number;
  /** How long, in milliseconds, a burst may last at most; never less than the quiet time. */
  readonly maxWaitMs: number;
  /** @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/**
 * Collects values until none has come for a while, then emits all of them.
 *
 * Like `debounceTime`, but no value is lost, and constant input cannot hold a burst back for ever.
 *
 * ```text
 * source:              a-b-c-----------d---
 * bufferUntilQuiet(3): -------[a,b,c]-----[d]
 * ```
 */
export function bufferUntilQuiet<T>(
  { quietMs, maxWaitMs, scheduler = asyncScheduler }: QuietOptions,
): OperatorFunction<T, T[]> {
  return connect((values) => {
    const burstEnd = values.pipe(
      exhaustMap((first) => {
        const quiet = values.pipe(startWith(first), debounce(() => timer(quietMs(), scheduler)));
        const cap = timer(Math.max(maxWaitMs, quietMs()), scheduler);
        return merge(quiet, cap).pipe(take(1));
      }),
    );
    return values.pipe(buffer(burstEnd), filter((burst) => burst.length > 0));
  });
}

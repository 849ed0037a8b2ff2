import { asyncScheduler, Observable, type SchedulerLike, type TeardownLogic } from "rxjs";

/** How {@linkcode inSlices$} divides the work. */
export interface SliceOptions {
  /** After this long, in milliseconds, others get their turn. */
  readonly sliceMs: number;
  /** Runs the next slice; in place of `asyncScheduler`, whose timers wait, `setImmediate` where there is one. */
  readonly scheduler: SchedulerLike;
  /** Gives durations, in milliseconds. */
  readonly elapsed: () => number;
}

/**
 * Runs a generator to its end and emits what it returns. The first slice runs on subscription, so work
 * that fits into one is done synchronously. A Promise that it yields is waited for, and its value sent back.
 * Unsubscribing drops the rest.
 *
 * ```text
 * steps:     ssssss     ssssss     sss r
 * inSlices$:  ---------------------------(r|)
 * ```
 */
export function inSlices$<R>(
  make: () => Generator<unknown, R, unknown>,
  { sliceMs, scheduler, elapsed }: SliceOptions,
): Observable<R> {
  return new Observable((subscriber) => {
    const running = make();
    const runSlice = (sent?: unknown): void => {
      if (subscriber.closed) return;
      const started = elapsed();
      try {
        for (let step = running.next(sent);; step = running.next()) {
          if (step.done === true) {
            subscriber.next(step.value);
            return subscriber.complete();
          }
          if (step.value instanceof Promise) {
            step.value.then(runSlice, (error: unknown) => subscriber.error(error));
            return;
          }
          if (elapsed() - started >= sliceMs) {
            subscriber.add(inNextTurn(scheduler, () => runSlice()));
            return;
          }
        }
      } catch (error) {
        subscriber.error(error);
      }
    };
    runSlice();
  });
}

/** Runs work after others had their turn. A timer would add a millisecond or more to each slice. */
function inNextTurn(scheduler: SchedulerLike, work: () => void): TeardownLogic {
  if (scheduler !== asyncScheduler || typeof setImmediate !== "function") {
    return scheduler.schedule(work);
  }
  const immediate = setImmediate(work);
  return () => clearImmediate(immediate);
}

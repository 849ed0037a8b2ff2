import { Observable, type SchedulerAction, type SchedulerLike } from "rxjs";

/** How {@linkcode inSlices$} divides the work. */
export interface SliceOptions {
  /** After this long, in milliseconds, others get their turn. */
  readonly sliceMs: number;
  readonly scheduler: SchedulerLike;
  /** Gives durations, in milliseconds. */
  readonly elapsed: () => number;
}

/**
 * Runs a generator to its end and emits what it returns. The first slice runs on subscription, so work
 * that fits into one is done synchronously. Unsubscribing drops the rest.
 *
 * ```text
 * steps:     ssssss     ssssss     sss r
 * inSlices$:  ---------------------------(r|)
 * ```
 */
export function inSlices$<R>(
  make: () => Generator<unknown, R, undefined>,
  { sliceMs, scheduler, elapsed }: SliceOptions,
): Observable<R> {
  return new Observable((subscriber) => {
    const running = make();
    const runSlice = (): boolean => {
      const started = elapsed();
      try {
        for (let step = running.next();; step = running.next()) {
          if (step.done === true) {
            subscriber.next(step.value);
            subscriber.complete();
            return true;
          }
          if (elapsed() - started >= sliceMs) return false;
        }
      } catch (error) {
        subscriber.error(error);
        return true;
      }
    };
    if (runSlice()) return undefined;
    return scheduler.schedule(function (this: SchedulerAction<unknown>) {
      if (!runSlice()) this.schedule();
    });
  });
}

import {
  defer,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  type Subscription,
} from "rxjs";

/**
 * Maps to inner Observables, one at a time. Values that arrive while one runs are collected, and all of
 * them go to the next.
 *
 * `concatMap` would run once per value and fall behind a fast source, `exhaustMap` would drop what
 * arrives meanwhile, `switchMap` would cancel the one that runs.
 *
 * ```text
 * source:      a--b-c-------d--
 * inner:       [a]---|[b,c]---|[d]---|
 * ```
 *
 * A value that a subscriber causes (a re-entrant one) waits like any other, so every subscriber sees
 * results in order. An inner Observable that errors, and a `project` that throws, error the result.
 */
export function collectMap<T, R>(
  project: (batch: readonly T[]) => ObservableInput<R>,
): OperatorFunction<T, R> {
  return (source) =>
    new Observable((subscriber) => {
      let waiting: T[] = [];
      let running = false;
      let completed = false;

      const runWaiting = (): void => {
        if (running) return;
        running = true;
        // A loop, because inner Observables that complete synchronously would otherwise nest calls.
        while (waiting.length > 0 && !subscriber.closed) {
          const batch = waiting;
          waiting = [];
          let finished = false;
          let isAsync = false;
          const inner: Subscription = defer(() => project(batch)).subscribe({
            next: (value) => subscriber.next(value),
            error: (error: unknown) => subscriber.error(error),
            complete: () => {
              finished = true;
              if (!isAsync) return;
              subscriber.remove(inner);
              running = false;
              runWaiting();
            },
          });
          isAsync = true;
          if (finished) continue;
          subscriber.add(inner);
          return;
        }
        running = false;
        if (completed) subscriber.complete();
      };

      subscriber.add(source.subscribe({
        next: (value) => {
          waiting.push(value);
          runWaiting();
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          completed = true;
          runWaiting();
        },
      }));
    });
}

import {
  from,
  Observable,
  type ObservableInput,
  type OperatorFunction,
  type Subscription,
} from "rxjs";

/**
 * Maps to inner observables, one at a time. What arrives while one runs is collected, and all of it
 * goes to the next.
 *
 * `concatMap` would run once for every value and fall behind a fast source, `exhaustMap` would drop
 * what came meanwhile, `switchMap` would give up the one that runs.
 *
 * ```text
 * source:      a--b-c-------d--
 * inner:       [a]---|[b,c]---|[d]---|
 * ```
 *
 * A value that comes from within a subscriber (a re-entrant one) waits like any other, so that
 * subscribers see results in order.
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
        // A loop, because inner observables that complete at once would otherwise nest calls.
        while (waiting.length > 0 && !subscriber.closed) {
          const batch = waiting;
          waiting = [];
          let finished = false;
          let left = false;
          const inner: Subscription = from(project(batch)).subscribe({
            next: (value) => subscriber.next(value),
            error: (error: unknown) => subscriber.error(error),
            complete: () => {
              finished = true;
              if (!left) return;
              subscriber.remove(inner);
              running = false;
              runWaiting();
            },
          });
          left = true;
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

import type { Observable, Subscription } from "rxjs";

/**
 * Iterates over an Observable for a reader that may be slow: values that come while it is busy are
 * passed over, except for the newest.
 */
export function latestIterator<T>(source: Observable<T>): AsyncIterableIterator<T> {
  let newest: { value: T } | undefined;
  let over: { error?: unknown } | undefined;
  const waiting: {
    resolve: (result: IteratorResult<T>) => void;
    reject: (error: unknown) => void;
  }[] = [];
  const done: IteratorResult<T> = { done: true, value: undefined };

  const end = (error?: { error: unknown }): void => {
    over = error ?? {};
    const [first, ...others] = waiting.splice(0);
    if (error === undefined) first?.resolve(done);
    else first?.reject(error.error);
    for (const reader of others) reader.resolve(done);
  };
  let subscription: Subscription | undefined;
  // At the first call, so that an iterator that is never used holds nothing.
  const subscribe = (): Subscription =>
    source.subscribe({
      next: (value) => {
        const reader = waiting.shift();
        if (reader === undefined) newest = { value };
        else reader.resolve({ done: false, value });
      },
      error: (error: unknown) => end({ error }),
      complete: () => end(),
    });
  const leave = (): void => {
    subscription?.unsubscribe();
    newest = undefined;
    end();
  };

  return {
    next() {
      if (over === undefined) subscription ??= subscribe();
      if (newest !== undefined) {
        const { value } = newest;
        newest = undefined;
        return Promise.resolve({ done: false, value });
      }
      if (over !== undefined) {
        const { error } = over;
        over = {};
        return error === undefined ? Promise.resolve(done) : Promise.reject(error);
      }
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    return() {
      leave();
      return Promise.resolve(done);
    },
    throw(error) {
      leave();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

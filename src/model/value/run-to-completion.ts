/** Runs all steps of a generator without a pause, and returns its result. */
export function runToCompletion<T>(steps: Generator<undefined, T, unknown>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

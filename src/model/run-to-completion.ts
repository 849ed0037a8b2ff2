/** Does all steps of some work without a pause, and gives what it comes to. */
export function toEnd<T>(steps: Generator<undefined, T, undefined>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Timers that are longer than this, in milliseconds, fire at once; they may be jittered by a half. */
const MOST_MS = 1_400_000_000;

/** Throws where a time cannot be meant. */
export function checkMs(name: string, value: unknown): void {
  if (typeof value !== "number") {
    throw new TypeError(`Expected ${name} to be a number, got ${typeof value}`);
  }
  if (value > 0 && value <= MOST_MS) return;
  throw new RangeError(
    `Expected ${name} to be more than 0, at most ${MOST_MS} milliseconds, got ${value}`,
  );
}

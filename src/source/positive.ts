/** Timers that are longer than this, in milliseconds, fire at once. */
export const MAX_TIMER_MS = 2_147_483_647;

/** Gives a number back that is more than 0, and throws for any other value. */
export function positive(name: string, value: number, most: number = Infinity): number {
  if (typeof value !== "number") {
    throw new TypeError(`Expected ${name} to be a number, got ${typeof value}`);
  }
  if (!(value > 0)) throw new RangeError(`Expected ${name} to be more than 0, got ${value}`);
  if (value > most) throw new RangeError(`Expected ${name} to be at most ${most}, got ${value}`);
  return value;
}

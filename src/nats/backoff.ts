const FIRST_MS = 250;
const MOST_MS = 15_000;

/** How long to wait before another try: longer each time, and not the same for everybody. */
export function backoffMs(failures: number): number {
  return jittered(Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 16), MOST_MS));
}

/** A time, in milliseconds, half as long up to half as long again: many that wait do not come at once. */
export function jittered(ms: number): number {
  return ms * (0.5 + Math.random());
}

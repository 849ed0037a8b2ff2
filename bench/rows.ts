import { appendFileSync } from "node:fs";
import process from "node:process";

/** A row as `scripts/bench.mjs` puts it into its table. */
export interface Row {
  readonly work: string;
  readonly against: string;
  readonly goal: string;
  readonly result: string;
}

/**
 * Reports that some work took so many times as long as another.
 *
 * @param atMost how many times it may
 */
export function slower(
  work: string,
  against: string,
  ours: number,
  other: number,
  atMost?: number,
): void {
  const times = ours / other;
  const goal = atMost === undefined ? "" : `at most ${atMost}x`;
  const result = `${round(times)}x (${round(ours)} of ${round(other)} ms)`;
  row(work, against, goal, marked(result, atMost === undefined || times <= atMost));
}

/** Reports that some work was so many times as fast as another, which should be at least `atLeast`. */
export function faster(
  work: string,
  against: string,
  ours: number,
  other: number,
  atLeast?: number,
): void {
  const times = other / ours;
  const goal = atLeast === undefined ? "" : `at least ${atLeast}x`;
  const result = `${round(times)}x (${round(ours)} of ${round(other)} ms)`;
  row(work, against, goal, marked(result, atLeast === undefined || times >= atLeast));
}

/** Reports a value that should be under a limit. */
export function under(work: string, value: number, limit: number, unit: string): void {
  row(work, "", `under ${limit} ${unit}`, marked(`${round(value)} ${unit}`, value < limit));
}

/** Prints a row, and keeps it for `scripts/bench.mjs`. */
export function row(work: string, against: string, goal: string, result: string): void {
  console.log([work, against, goal, result].join(" | "));
  const file = process.env["BENCH_ROWS"];
  const kept: Row = { work, against, goal, result };
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(kept)}\n`);
}

function marked(result: string, met: boolean): string {
  return met ? result : `**${result}**`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toString() : value.toPrecision(value < 1 ? 2 : 3);
}

import { appendFileSync } from "node:fs";
import process from "node:process";

/** One way to do some work. What it returns is thrown away, but not optimised away. */
export type Work = () => unknown;

/** How long each way took, in milliseconds: the median of all rounds. */
export type Medians = Readonly<Record<string, number>>;

let sink: unknown;

/**
 * Measures ways to do the same work, one after the other in every round, so that whatever else the
 * machine is doing hits them all. They take turns at being first: who follows finds in the caches of
 * the processor what the first had to fetch.
 *
 * @param beforeRound prepares a round, and is not measured
 * @param slow ways that take so long that they are left out of most rounds
 * @param every in which rounds those have their turn
 */
export async function medians(
  ways: Readonly<Record<string, Work>>,
  { rounds = 15, warmup = 3, beforeRound, slow = {}, every = 1 }: {
    rounds?: number;
    warmup?: number;
    beforeRound?: () => void;
    slow?: Readonly<Record<string, Work>>;
    every?: number;
  } = {},
): Promise<Medians> {
  const order = Object.entries({ ...ways, ...slow });
  const times = new Map(order.map(([name]) => [name, [] as number[]]));
  for (let round = -warmup; round < rounds; round++) {
    order.push(...order.splice(0, 1));
    beforeRound?.();
    for (const [name, work] of order) {
      if (name in slow && round % every !== 0) continue;
      const started = performance.now();
      sink = work();
      if (sink instanceof Promise) sink = await sink;
      if (round >= 0) times.get(name)!.push(performance.now() - started);
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)]));
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Prints a row, and keeps it for `scripts/bench.mjs`. */
export function report(work: string, against: string, ours: number, other: number): void {
  row(work, against, `${ours.toPrecision(3)} ms, ${(other / ours).toPrecision(3)}x`);
}

/** Prints a row that is no ratio of times. */
export function row(work: string, against: string, result: string): void {
  console.log(`${work} | ${against} | ${result}`);
  const file = process.env["BENCH_ROWS"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify([work, against, result])}\n`);
}

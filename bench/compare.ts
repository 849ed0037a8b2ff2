import { clock } from "./clock.ts";
import { collectGarbage } from "./memory.ts";
import { QUICK } from "./measure.ts";

/** One way to do some work, and what comes before it and is not measured. */
export interface Way {
  readonly prepare?: () => unknown;
  readonly work: () => unknown;
}

/** How ways are compared. */
export interface CompareOptions {
  /** How many rounds at most. @default 15 */
  readonly rounds?: number;
  /** Rounds before the first that counts. @default 3 */
  readonly warmup?: number;
  /** How long all of it may take, in seconds; three rounds are run in any case, one when quick. @default 20 */
  readonly seconds?: number;
  /** Whether garbage is collected before each turn, so that each pays for its own. @default true */
  readonly collect?: boolean;
}

/** How long each way took, in milliseconds: the median of all rounds. */
export type Medians<Name extends string> = Readonly<Record<Name, number>>;

let sink: unknown;

/**
 * Measures ways to do the same work, one after the other in every round, so that whatever else the
 * machine is doing hits them all. They take turns at being first: who follows finds in the caches of
 * the processor what the first had to fetch.
 */
export async function medians<Name extends string>(
  ways: Readonly<Record<Name, Way | Way["work"]>>,
  { rounds = 15, warmup = 3, seconds = 20, collect = true }: CompareOptions = {},
): Promise<Medians<Name>> {
  const order = Object.entries<Way | Way["work"]>(ways).map(([name, way]) => ({
    times: [] as number[],
    name,
    ...(typeof way === "function" ? { work: way } : way),
  }));
  const all = [...order];
  const budget = seconds * (QUICK ? 100 : 1000);
  const least = QUICK ? 1 : 3;
  const began = clock();
  const enough = (counted: number): boolean => {
    const spent = clock() - began;
    return counted >= rounds || (counted >= least && spent > budget);
  };
  // Half of the time at most is spent on getting warm.
  for (let round = 0; round < warmup && clock() - began < budget / 2; round++) {
    await turns(order, collect);
  }
  for (const way of all) way.times.length = 0;
  for (let round = 0; !enough(round); round++) {
    order.push(...order.splice(0, 1));
    await turns(order, collect);
  }
  return Object.fromEntries(all.map(({ name, times }) => [name, median(times)])) as Medians<Name>;
}

async function turns(
  ways: readonly (Way & { readonly times: number[] })[],
  collect: boolean,
): Promise<void> {
  for (const { prepare, work, times } of ways) {
    await prepare?.();
    if (collect) collectGarbage();
    const started = clock();
    sink = work();
    if (sink instanceof Promise) sink = await sink;
    times.push(clock() - started);
  }
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

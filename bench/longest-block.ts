import { clock } from "./clock.ts";
import { median } from "./compare.ts";
import { collectGarbage } from "./memory.ts";

/** The longest time, in milliseconds, that nothing else could run while something was done. */
export async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let last = clock();
  let longest = 0;
  let running = true;
  const look = (): void => {
    const now = clock();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(look);
  };
  setImmediate(look);
  await work();
  running = false;
  return Math.max(longest, clock() - last);
}

/** The median of seven. */
export async function usualBlock(
  work: () => Promise<unknown>,
  prepare: () => unknown = () => {},
): Promise<number> {
  const blocks: number[] = [];
  for (let round = 0; round < 7; round++) {
    await prepare();
    collectGarbage();
    blocks.push(await longestBlock(work));
  }
  return median(blocks);
}

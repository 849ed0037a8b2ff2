import process from "node:process";

/** Collects all garbage, where the runtime can be asked to. */
export function collectGarbage(): void {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } };
  if (Bun === undefined) gc?.();
  else Bun.gc(true);
}

/** Heap and what is held beside it, in MB, after the garbage is collected. */
export async function heldMb(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

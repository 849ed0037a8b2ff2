import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import type { Edit } from "./edits.ts";

/**
 * The least that a reload can do: open, read and close a file, into one of two buffers in turn, and
 * compare what did not change with what is in the other buffer, natively.
 *
 * @returns reads a version: the one before the edit or the one after it
 */
export function floorOf(
  path: string,
  { same }: Pick<Edit, "same">,
): (isAfter: boolean) => Promise<void> {
  const size = statSync(path).size + 100_000;
  const buffers = [new Uint8Array(size), new Uint8Array(size)] as const;
  let reads = 0;
  return async (isAfter) => {
    const buffer = buffers[reads % 2]!;
    const other = buffers[++reads % 2]!;
    const file = await open(path, "r");
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    await file.close();
    for (const { before, after, length } of reads === 1 ? [] : same) {
      const [here, there] = isAfter ? [after, before] : [before, after];
      const a = buffer.subarray(here, here + length);
      const b = other.subarray(there, there + length);
      if (Buffer.compare(a, b) !== 0) throw new Error("Expected the same around the change");
    }
    if (bytesRead === size) throw new Error("Expected a smaller file");
  };
}

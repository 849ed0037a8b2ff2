import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * The FIFOs in a directory, on Deno. Its watcher opens what an event names, and a FIFO then blocks the
 * thread of all watches until somebody writes to it: the process cannot even exit.
 */
export async function fifosIn(directory: string): Promise<readonly string[]> {
  if (!("Deno" in globalThis)) return [];
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => !entry.isFile() && !entry.isDirectory() && !entry.isSymbolicLink())
    .map(({ name }) => join(directory, name));
  // The entries of Deno do not know what else they are.
  const flags = await Promise.all(
    paths.map((path) => lstat(path).then((stats) => stats.isFIFO(), () => false)),
  );
  return paths.filter((_, at) => flags[at]);
}

/**
 * Opens FIFOs for writing, which ends every wait for a writer. Undefined for those that are gone by now, or
 * that may not be opened.
 */
export async function openWriters(
  fifos: readonly string[],
): Promise<readonly (FileHandle | undefined)[]> {
  const flags = constants.O_RDWR | (constants.O_NONBLOCK ?? 0);
  return await Promise.all(fifos.map((path) => open(path, flags).catch(() => undefined)));
}

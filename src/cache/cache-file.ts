import { randomUUID } from "node:crypto";
import { type FileHandle, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CACHE_MAGIC } from "./cache-record.ts";
import type { CacheStore } from "./cache-store.ts";
import { errorCode } from "../source/find/error-code.ts";

/** A write takes less than this, in milliseconds: what is older was left behind by a crash. */
const LEFT_BEHIND_MS = 60_000;

/**
 * Makes a store of a file. It is written beside its place, brought to the disk and then moved to its
 * place, with mode 0600. A file that holds something else than a cache is not replaced.
 */
export function cacheFile(path: string | URL): CacheStore {
  const name = path instanceof URL ? fileURLToPath(path) : path;
  const file = resolve(name);
  let checked = false;
  return {
    path: name,
    read: () => readText(file),
    write: async (text) => {
      if (!checked && !mayReplace(await readText(file))) {
        throw new Error("it holds something else than a cache: remove it, or give another path");
      }
      if (!checked) await removeLeftBehind(file);
      checked = true;
      await replace(file, text);
    },
  };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function mayReplace(text: string | undefined): boolean {
  return text === undefined || text === "" || text.startsWith(CACHE_MAGIC);
}

async function replace(file: string, text: string): Promise<void> {
  // Another process may write to the same cache: each has a file of its own.
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(file));
}

async function removeLeftBehind(file: string): Promise<void> {
  const isOurs = (name: string): boolean =>
    name.startsWith(`${basename(file)}.`) && /\.[0-9a-f]{8}\.tmp$/.test(name);
  try {
    for (const name of (await readdir(dirname(file))).filter(isOurs)) {
      const path = join(dirname(file), name);
      if (Date.now() - (await stat(path)).mtimeMs > LEFT_BEHIND_MS) await rm(path);
    }
  } catch {
    // Another process was quicker, or the directory may not be listed: nothing depends on it.
  }
}

/** So that the move survives a loss of power; where directories cannot be opened, it is left to luck. */
async function syncDirectory(directory: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(directory, "r");
    await handle.sync();
  } catch {
    // The new content is in its place all the same.
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

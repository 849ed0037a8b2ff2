import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CACHE_MAGIC } from "./cache-record.ts";
import type { CacheStore } from "./cache-store.ts";

/** A write takes less than this, in milliseconds: what is older was left behind by a crash. */
const LEFT_BEHIND_MS = 60_000;
/** The largest cache that is read or written, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Makes a store of a file. It is written beside its place, flushed to the disk and then moved to its
 * place, with mode 0600. A file that is no cache is not replaced.
 */
export function cacheFile(path: string | URL): CacheStore {
  const name = path instanceof URL ? fileURLToPath(path) : path;
  const file = resolve(name);
  let isClean = false;
  return {
    path: name,
    read: () => readText(file),
    write: async (text) => {
      const bytes = Buffer.from(text);
      checkSize(bytes.length);
      await checkReplaceable(file);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      if (!isClean) await removeLeftBehind(file);
      isClean = true;
      await replace(file, bytes);
    },
  };
}

async function readText(file: string): Promise<string | undefined> {
  const size = await sizeOf(file);
  if (size === undefined) return undefined;
  checkSize(size);
  return await readFile(file, "utf8");
}

/** Throws when there is something else in the place of the cache. */
async function checkReplaceable(file: string): Promise<void> {
  const size = await sizeOf(file);
  if (size === undefined || size === 0) return;
  const handle = await open(file, "r");
  try {
    const head = Buffer.alloc(Buffer.byteLength(CACHE_MAGIC));
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (CACHE_MAGIC === head.toString("utf8", 0, bytesRead)) return;
  } finally {
    await handle.close();
  }
  throw new Error("it holds something else than a cache: remove it, or give another path");
}

/**
 * The size of a regular file in bytes, undefined when there is none. Throws for anything else: to open a
 * FIFO would wait for somebody to write to it.
 */
async function sizeOf(file: string): Promise<number | undefined> {
  try {
    const stats = await stat(file);
    if (stats.isFile()) return stats.size;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
  throw new Error("it is not a regular file: remove it, or give another path");
}

function checkSize(bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new Error(`it has ${bytes} bytes, more than the ${MAX_BYTES} that a cache may have`);
}

async function replace(file: string, bytes: Uint8Array): Promise<void> {
  // Another process may write to the same cache: each has a file of its own.
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
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

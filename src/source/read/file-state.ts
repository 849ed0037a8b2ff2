import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { Issue, IssueCode } from "../../model/issue.ts";
import type { ReadBuffers } from "./read-buffers.ts";

/** What is at a path: a file's bytes, or an issue that says why there are none. */
export type FileState = FileContent | FileProblem;

/** The bytes of a regular file, in a buffer that whoever has read them is to release. */
export interface FileContent {
  readonly type: "content";
  readonly bytes: Uint8Array;
  readonly stamp: Stamp;
  /** Whether the file was not written to while it was read. */
  readonly still: boolean;
}

/** Why a path gives no bytes. */
export interface FileProblem {
  readonly type: "problem";
  readonly issue: Issue;
  readonly stamp: Stamp;
}

/** What the file system says about a path without reading it. */
export interface Stamp {
  /** Equal when nothing can be seen to have changed. Equal stamps do not prove equal bytes. */
  readonly key: string;
  /** Which file it is, whatever its content: device and inode. */
  readonly identity: string;
  /** When content or inode last changed, in milliseconds since the epoch; 0 when there is none. */
  readonly changedAt: number;
}

/** How much is read at once, in bytes; a runtime may take no more than 2 GiB. */
const MOST_AT_ONCE = 1024 ** 3;

/** Gives back what a read has taken, if anything. */
export function releaseState(state: FileState, buffers: ReadBuffers): void {
  if (state.type === "content") buffers.release(state.bytes);
}

type Stats = Awaited<ReturnType<typeof bigStat>>;

/** Looks at a path, following links. Never throws; an error is part of the stamp's key. */
export async function stampOf(path: string): Promise<Stamp> {
  try {
    return toStamp(await bigStat(path));
  } catch (error) {
    return errorStamp(codeOf(error));
  }
}

/** Reads what is at a path. Only regular files are opened, so that a FIFO cannot block. */
export async function readState(
  path: string,
  name: string,
  maxBytes: number,
  buffers: ReadBuffers,
): Promise<FileState> {
  let handle: FileHandle | undefined;
  try {
    const seen = await bigStat(path);
    if (!seen.isFile()) return notAFile(seen, name);
    // Without O_NONBLOCK a FIFO that has just taken the file's place would block for ever.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    // Of the handle, as the one after the read is: file systems may tell a path and a handle apart.
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) return notAFile(before, name);
    if (before.size > maxBytes) return tooLarge(before, name, maxBytes);
    const bytes = await readAll(handle, Number(before.size), maxBytes, buffers);
    const after = await handle.stat({ bigint: true });
    if (bytes === undefined) return tooLarge(after, name, maxBytes);
    const stamp = toStamp(after);
    const still = toStamp(before).key === stamp.key && BigInt(bytes.byteLength) === after.size;
    return { type: "content", bytes, stamp, still };
  } catch (error) {
    return unreadable(error, path, name);
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

function bigStat(path: string) {
  return stat(path, { bigint: true });
}

async function readAll(
  handle: FileHandle,
  size: number,
  maxBytes: number,
  buffers: ReadBuffers,
): Promise<Uint8Array | undefined> {
  // One byte more than expected shows whether the file has grown.
  let buffer = buffers.take(size + 1);
  let length = 0;
  try {
    for (;;) {
      const wanted = Math.min(buffer.byteLength - length, MOST_AT_ONCE);
      const { bytesRead } = await handle.read(buffer, length, wanted, length);
      length += bytesRead;
      // What has the size that it was said to have is not read further: if it has grown meanwhile, its
      // stamp tells. What is said to be empty need not be.
      if (bytesRead === 0 || (length === size && size > 0)) {
        // For the caller; the own hold ends below, whatever happens.
        buffers.retain(buffer);
        return buffer.subarray(0, length);
      }
      if (length > maxBytes) return undefined;
      if (length === buffer.byteLength) {
        const larger = buffers.take(buffer.byteLength * 2);
        larger.set(buffer);
        buffers.release(buffer);
        buffer = larger;
      }
    }
  } finally {
    buffers.release(buffer);
  }
}

function toStamp(stats: Stats): Stamp {
  const { dev, ino, size, mode, mtimeNs, ctimeNs } = stats;
  const identity = `${dev}:${ino}`;
  const changedAt = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  return { key: `${identity}:${mode}:${size}:${mtimeNs}:${ctimeNs}`, identity, changedAt };
}

function errorStamp(code: string): Stamp {
  return { key: code, identity: code, changedAt: 0 };
}

function notAFile(stats: Stats, name: string): FileProblem {
  const kind = stats.isDirectory()
    ? "a directory"
    : stats.isFIFO()
    ? "a FIFO"
    : stats.isSocket()
    ? "a socket"
    : "a device";
  return problem("not-a-file", `Expected a regular file, found ${kind}`, name, toStamp(stats));
}

function tooLarge(stats: Stats, name: string, maxBytes: number): FileProblem {
  const message = `The file has ${stats.size} bytes, more than maxBytes (${maxBytes}) allows`;
  return problem("too-large", message, name, toStamp(stats));
}

function unreadable(error: unknown, path: string, name: string): FileProblem {
  const code = codeOf(error);
  const stamp = errorStamp(code);
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return problem(
        "file-missing",
        `The file does not exist${lookedFor(path, name)}`,
        name,
        stamp,
      );
    case "EACCES":
    case "EPERM":
    case "NotCapable":
      return problem("file-unreadable", `No permission to read the file (${code})`, name, stamp);
    case "ELOOP":
      return problem("file-unreadable", "The symbolic links form a loop (ELOOP)", name, stamp);
    default:
      return problem(
        "file-unreadable",
        `The file cannot be read: ${messageOf(error)}`,
        name,
        stamp,
      );
  }
}

function problem(code: IssueCode, message: string, path: string, stamp: Stamp): FileProblem {
  const issue: Issue = Object.freeze({ code, severity: "error", message, path });
  return { type: "problem", issue, stamp };
}

/** The `code` of a system error, `name` of any other. */
export function codeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : String(name);
}

function lookedFor(path: string, name: string): string {
  return path === name ? "" : `: looked for ${path}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

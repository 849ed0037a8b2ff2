import { Buffer } from "node:buffer";
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { Issue, IssueCode } from "../../model/report/issue.ts";
import type { FilePath } from "../find/directory-walk.ts";
import { errorCode, isMissing } from "../find/error-code.ts";
import { errorStamp, type FileStamp, isRacy, toStamp } from "./file-stamp.ts";

/** What is at a path: a file's bytes, or an issue that says why there are none. */
export type FileState = FileContent | FileProblem;

/** The bytes of a regular file. */
export interface FileContent {
  readonly type: "content";
  readonly bytes: Uint8Array;
  readonly stamp: FileStamp;
  /** Whether nothing was written to the file while it was read. */
  readonly still: boolean;
  /** Whether any later write gives the file another stamp, as far as its file system can be trusted. */
  readonly isProven: boolean;
  /** Whether the writer has already started over: the stamp of the file is another by now. */
  readonly isOutdated?: boolean;
}

/** Why a path gives no bytes. */
export interface FileProblem {
  readonly type: "problem";
  readonly issue: Issue;
  readonly stamp: FileStamp;
}

/** How much is read at once, in bytes; a runtime may take no more than 2 GiB. */
const MAX_CHUNK = 1024 ** 3;
/** How much memory to read a file into that has no size, in bytes. */
const UNKNOWN_SIZE = 4096;

/** Reads what is at a path. Never throws. Only regular files are opened: a FIFO would block. */
export async function readState(file: FilePath, maxBytes: number): Promise<FileState> {
  let handle: FileHandle | undefined;
  const started = Date.now();
  try {
    const seen = await stat(file.path, { bigint: true });
    if (!seen.isFile()) return notAFile(seen, file);
    // Without O_NONBLOCK a FIFO that has just taken the file's place would block forever.
    handle = await open(file.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    // Of the handle, as the one after the read: file systems may tell a path and a handle apart.
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) return notAFile(before, file);
    if (before.size > maxBytes) return tooLarge(before, file, maxBytes);
    const bytes = await readAll(handle, Number(before.size), maxBytes);
    const after = await handle.stat({ bigint: true });
    if (bytes === undefined || after.size > maxBytes) return tooLarge(after, file, maxBytes);
    const stamp = toStamp(after);
    // Files of /proc have no size.
    const isComplete = after.size === 0n || BigInt(bytes.byteLength) === after.size;
    const still = toStamp(before).key === stamp.key && isComplete;
    return { type: "content", bytes, stamp, still, isProven: !isRacy(stamp, started) };
  } catch (error) {
    return unreadable(error, file);
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

/** If the file has grown meanwhile, its stamp tells. Undefined when it is too large. */
async function readAll(
  handle: FileHandle,
  size: number,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  // Memory that is not zeroed is as fast as memory that is reused.
  let buffer = Buffer.allocUnsafe(size || UNKNOWN_SIZE);
  for (let length = 0;;) {
    const wanted = Math.min(buffer.byteLength - length, MAX_CHUNK);
    const { bytesRead } = await handle.read(buffer, length, wanted, length);
    length += bytesRead;
    if (bytesRead === 0 || length === size) return buffer.subarray(0, length);
    if (length > maxBytes) return undefined;
    if (length === buffer.byteLength) buffer = Buffer.concat([buffer], length * 2);
  }
}

function notAFile(stats: BigIntStats, file: FilePath): FileProblem {
  const kind = stats.isDirectory()
    ? "a directory"
    : stats.isFIFO()
    ? "a FIFO"
    : stats.isSocket()
    ? "a socket"
    : "a device";
  return problem("not-a-file", `Expected a regular file, found ${kind}`, file, toStamp(stats));
}

function tooLarge(stats: BigIntStats, file: FilePath, maxBytes: number): FileProblem {
  const message = `The file has ${stats.size} bytes, more than maxBytes (${maxBytes}) allows`;
  return problem("too-large", message, file, toStamp(stats));
}

function unreadable(error: unknown, file: FilePath): FileProblem {
  const code = errorCode(error);
  const { path, name } = file;
  const text = (): readonly [IssueCode, string] => {
    if (isMissing(error)) {
      const where = path === name ? "" : ` (looked for ${path})`;
      return ["file-missing", `The file does not exist: create it, or correct the path${where}`];
    }
    if (["EACCES", "EPERM", "NotCapable"].includes(code)) {
      return ["file-unreadable", `No permission to read the file (${code})`];
    }
    return code === "ELOOP"
      ? ["file-unreadable", "The symbolic links form a loop (ELOOP)"]
      : ["file-unreadable", `The file cannot be read: ${(error as Error).message}`];
  };
  return problem(...text(), file, errorStamp(error));
}

function problem(
  code: IssueCode,
  message: string,
  { name }: FilePath,
  stamp: FileStamp,
): FileProblem {
  const issue: Issue = Object.freeze({ code, severity: "error", message, path: name });
  return { type: "problem", issue, stamp };
}

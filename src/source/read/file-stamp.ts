import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { errorCode } from "../find/error-code.ts";

/** What the file system says about a path without reading it. */
export interface FileStamp {
  /** Equal when no change can be seen. Equal stamps do not prove equal bytes. */
  readonly key: string;
  /** Which file it is, whatever its content: device and inode. */
  readonly identity: string;
  /** When content or inode last changed, in milliseconds since the epoch; 0 when there is none. */
  readonly changedAt: number;
}

/** Looks at a path, following links. Never throws; an error is part of the stamp's key. */
export async function stampOf(path: string): Promise<FileStamp> {
  try {
    return toStamp(await stat(path, { bigint: true }));
  } catch (error) {
    return errorStamp(error);
  }
}

export function toStamp({ dev, ino, size, mode, mtimeNs, ctimeNs }: BigIntStats): FileStamp {
  const identity = `${dev}:${ino}`;
  const changedAt = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
  return { key: `${identity}:${mode}:${size}:${mtimeNs}:${ctimeNs}`, identity, changedAt };
}

export function errorStamp(error: unknown): FileStamp {
  const code = errorCode(error);
  return { key: code, identity: code, changedAt: 0 };
}

import { readState, releaseState, type Stamp, stampOf } from "../read/file-state.ts";
import type { ReadLog } from "../read/read-log.ts";

/**
 * A stamp younger than this, in milliseconds, may hide a later write: Deno's ctime has whole seconds.
 * (git calls such a file racily clean.)
 */
const RACY_MS = 2_000;

/** One file to watch. */
export interface WatchedFile {
  /** Absolute path. */
  readonly path: string;
  /** The path as the user named it. */
  readonly name: string;
}

/** Tells whether a file has changed since it was last looked at. */
export class FileCheck {
  readonly file: WatchedFile;
  readonly #log: ReadLog;
  readonly #maxBytes: number;
  #stamp: Stamp | undefined;
  /** The last news, and how many readings there had been. */
  #told: { readonly key: string; readonly readings: number } | undefined;

  constructor(file: WatchedFile, log: ReadLog, maxBytes: number) {
    this.file = file;
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  /** Whether there is news. What was told is not told again until there was a reading after it. */
  async hasChanged(compare: boolean): Promise<boolean> {
    const stamp = await stampOf(this.file.path);
    const before = this.#stamp;
    this.#stamp = stamp;
    const { readings } = this.#log;
    if (this.#told?.key === stamp.key && this.#told.readings === readings) return false;
    const changed = await this.#differs(stamp, before, compare);
    if (changed) this.#told = { key: stamp.key, readings };
    return changed;
  }

  /**
   * Another stamp is a change. An equal one is a change only when the bytes are not those that were
   * last read; they are compared when the stamp is too young to prove anything, when the last read
   * saw another one, or when asked to.
   */
  async #differs(stamp: Stamp, before: Stamp | undefined, compare: boolean): Promise<boolean> {
    if (before !== undefined && before.key !== stamp.key) return true;
    const { path, name } = this.file;
    const { buffers } = this.#log;
    const racy = Date.now() - stamp.changedAt < RACY_MS;
    if (!compare && !racy && this.#log.knows(path, stamp)) return false;
    const state = await readState(path, name, this.#maxBytes, buffers);
    const isNews = this.#log.isNews(path, state);
    releaseState(state, buffers);
    return isNews;
  }
}

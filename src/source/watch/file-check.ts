import type { FilePath } from "../find/directory-walk.ts";
import { type FileStamp, isRacy, stampOf } from "../read/file-stamp.ts";
import { readState } from "../read/file-state.ts";
import type { ReadLog } from "../read/read-log.ts";

/** Tells whether a file has changed since the last look. */
export class FileCheck {
  readonly file: FilePath;
  readonly #log: ReadLog;
  readonly #maxBytes: number;
  #stamp: FileStamp | undefined;
  /** The last change that was reported, and how many readings there had been. */
  #reported: { readonly key: string; readonly readings: number } | undefined;

  constructor(file: FilePath, log: ReadLog, maxBytes: number) {
    this.file = file;
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  /** Looks again. A change that was reported is not reported again until there was a reading after it. */
  async hasChanged(compare: boolean): Promise<boolean> {
    const stamp = await stampOf(this.file.path);
    const before = this.#stamp;
    this.#stamp = stamp;
    const { readings } = this.#log;
    if (this.#reported?.key === stamp.key && this.#reported.readings === readings) return false;
    const changed = await this.#differs(stamp, before, compare);
    if (changed) {
      this.#reported = { key: stamp.key, readings };
      this.#log.doubt(this.file.path);
    }
    return changed;
  }

  /**
   * Another stamp is a change. With an equal one the bytes are compared with those that were last read,
   * when the stamp is too young to prove anything, when the last read saw another one, or when asked to.
   */
  async #differs(
    stamp: FileStamp,
    before: FileStamp | undefined,
    compare: boolean,
  ): Promise<boolean> {
    if (before !== undefined && before.key !== stamp.key) return true;
    const { path } = this.file;
    if (!compare && !isRacy(stamp, Date.now()) && this.#log.hasSeen(path, stamp)) return false;
    return this.#log.isNews(path, await readState(this.file, this.#maxBytes));
  }
}

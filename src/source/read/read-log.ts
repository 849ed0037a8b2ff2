import { sameBytes } from "../../model/value/bytes.ts";
import type { FileInput } from "../find/file-input.ts";
import { type FoundFiles, mergeFound } from "../find/find-files.ts";
import type { FileStamp } from "./file-stamp.ts";
import type { FileContent, FileState } from "./file-state.ts";

/** Remembers what was last found and read, so that a watch can tell whether something has changed. */
export class ReadLog {
  readonly #states = new Map<string, FileState>();
  readonly #contents = new Map<string, Uint8Array>();
  readonly #doubtful = new Set<string>();
  readonly #keys = new Map<FileInput, string>();
  #readings = 0;

  /** How many readings there were: what was reported before the last of them is not news any more. */
  get readings(): number {
    return this.#readings;
  }

  /** Notes what a reading of all inputs has found, and forgets files that are not part of it. */
  noteReading(
    found: ReadonlyMap<FileInput, FoundFiles>,
    states: ReadonlyMap<string, FileState>,
  ): void {
    this.#readings++;
    const files = mergeFound(found.values());
    for (const path of this.#states.keys()) if (!files.has(path)) this.#states.delete(path);
    for (const path of this.#contents.keys()) if (!files.has(path)) this.#contents.delete(path);
    for (const path of this.#doubtful) if (!files.has(path)) this.#doubtful.delete(path);
    for (const [path, state] of states) {
      this.#states.set(path, state);
      if (state.type === "content" && state.still) this.#contents.set(path, state.bytes);
    }
    for (const [input, { key }] of found) this.#keys.set(input, key);
  }

  /** The bytes that were last read from a file, also when it could not be read since. */
  lastContent(path: string): Uint8Array | undefined {
    return this.#contents.get(path);
  }

  /** What was last read from a file, where an equal stamp proves that it still says so. */
  provenContent(path: string): FileContent | undefined {
    const last = this.#states.get(path);
    const isProof = last?.type === "content" && last.still && last.isProven;
    return isProof && !this.#doubtful.has(path) ? last : undefined;
  }

  /** Says that a file was seen to have changed: the next reading reads it, whatever its stamp is. */
  doubt(path: string): void {
    this.#doubtful.add(path);
  }

  /** Says that a file is about to be read. */
  trust(path: string): void {
    this.#doubtful.delete(path);
  }

  /** Whether the last reading found the same, or there was none yet. */
  hasFound(input: FileInput, { key }: FoundFiles): boolean {
    return (this.#keys.get(input) ?? key) === key;
  }

  /** Whether the last reading saw this stamp, or there was none yet. */
  hasSeen(path: string, stamp: FileStamp): boolean {
    const last = this.#states.get(path);
    return last === undefined ? this.#readings === 0 : last.stamp.key === stamp.key;
  }

  /** Whether a state differs from what was last read; it does not when nothing was read yet. */
  isNews(path: string, state: FileState): boolean {
    const last = this.#states.get(path);
    // Something else, such as a directory, was there at the last reading.
    if (last === undefined) return this.#readings > 0;
    if (last.type === "content" && state.type === "content") {
      return !last.still || !sameBytes(last.bytes, state.bytes);
    }
    return last.type !== "problem" || state.type !== "problem" ||
      last.issue.code !== state.issue.code;
  }
}

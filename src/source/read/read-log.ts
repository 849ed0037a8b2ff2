import { sameBytes } from "../../model/bytes.ts";
import type { FileInput } from "../find/file-input.ts";
import { type FileState, releaseState, type Stamp } from "./file-state.ts";
import { type Found, mergeFound } from "../find/find-files.ts";
import { ReadBuffers } from "./read-buffers.ts";

/** Remembers what was last found and read, so that a watch can tell whether there is news. */
export class ReadLog {
  /** What all reading is done with. */
  readonly buffers: ReadBuffers = new ReadBuffers();
  readonly #last = new Map<string, FileState>();
  readonly #keys = new Map<FileInput, string>();
  #readings = 0;

  /** How many readings there were: what was told before the last of them is not news any more. */
  get readings(): number {
    return this.#readings;
  }

  /** Notes what a reading of all has found, and forgets files that are not among it. */
  noteReading(found: ReadonlyMap<FileInput, Found>, states: ReadonlyMap<string, FileState>): void {
    this.#readings++;
    const files = mergeFound(found.values());
    for (const path of this.#last.keys()) if (!files.has(path)) this.#note(path, undefined);
    for (const [path, state] of states) this.#note(path, state);
    for (const [input, { key }] of found) this.#keys.set(input, key);
  }

  #note(path: string, state: FileState | undefined): void {
    const before = this.#last.get(path);
    if (state?.type === "content") this.buffers.retain(state.bytes);
    if (state === undefined) this.#last.delete(path);
    else this.#last.set(path, state);
    if (before !== undefined) releaseState(before, this.buffers);
  }

  /** Whether the last reading found the same there, or there was none yet. */
  hasFound(input: FileInput, { key }: Found): boolean {
    return (this.#keys.get(input) ?? key) === key;
  }

  /** Whether the last reading saw this stamp, or there was none yet. */
  knows(path: string, stamp: Stamp): boolean {
    const last = this.#last.get(path);
    return last === undefined ? this.#readings === 0 : last.stamp.key === stamp.key;
  }

  /** Whether a state is other than what was last read; not when nothing was read yet. */
  isNews(path: string, state: FileState): boolean {
    const last = this.#last.get(path);
    // Something else was there, a directory for one, when all was last read.
    if (last === undefined) return this.#readings > 0;
    if (last.type === "content" && state.type === "content") {
      return !last.still || !sameBytes(last.bytes, state.bytes);
    }
    return last.type !== "problem" || state.type !== "problem" ||
      last.issue.code !== state.issue.code;
  }
}

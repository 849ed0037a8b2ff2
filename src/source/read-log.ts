import { sameBytes } from "../model/bytes.ts";
import type { FileState, Stamp } from "./file-state.ts";

/** Remembers what was last read of each file, so that a watch can tell whether there is news. */
export class ReadLog {
  readonly #last = new Map<string, FileState>();

  /** Notes what a read gave. */
  note(path: string, state: FileState): void {
    this.#last.set(path, state);
  }

  /** Whether the last read saw this stamp, or there was no read yet. */
  knows(path: string, stamp: Stamp): boolean {
    const last = this.#last.get(path);
    return last === undefined || last.stamp.key === stamp.key;
  }

  /** Whether a state is other than what was last read; not when nothing was read yet. */
  isNews(path: string, state: FileState): boolean {
    const last = this.#last.get(path);
    if (last === undefined) return false;
    if (last.type === "content" && state.type === "content") {
      return !last.still || !sameBytes(last.bytes, state.bytes);
    }
    return last.type !== "problem" || state.type !== "problem" ||
      last.issue.code !== state.issue.code;
  }
}

import type { FileInput } from "../find/file-input.ts";
import { findFiles, type Found } from "../find/find-files.ts";
import type { ReadLog } from "../read/read-log.ts";

/** Tells whether an input means other files than before. */
export class InputCheck {
  readonly input: FileInput;
  readonly #log: ReadLog;
  #found: Found | undefined;
  #told: { readonly key: string; readonly readings: number } | undefined;

  constructor(input: FileInput, log: ReadLog) {
    this.input = input;
    this.#log = log;
  }

  /** What it meant when it was last looked at. */
  get found(): Found | undefined {
    return this.#found;
  }

  /** Whether the input is, for what is known, a path with a file or with nothing. */
  get isFile(): boolean {
    return this.#found?.looked.length === 0;
  }

  /** Looks again, and says whether there is news that has not been told since the last reading. */
  async hasChanged(): Promise<boolean> {
    const before = this.#found?.key;
    const found = await findFiles(this.input);
    this.#found = found;
    const { key } = found;
    const { readings } = this.#log;
    if (this.#told?.key === key && this.#told.readings === readings) return false;
    const changed = (before !== undefined && before !== key) ||
      !this.#log.hasFound(this.input, found);
    if (changed) this.#told = { key, readings };
    return changed;
  }
}

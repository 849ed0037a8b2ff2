import type { FileInput } from "../find/file-input.ts";
import { findFiles, type FoundFiles } from "../find/find-files.ts";
import type { ReadLog } from "../read/read-log.ts";

/** Tells whether an input means other files than before. */
export class InputCheck {
  readonly input: FileInput;
  readonly #log: ReadLog;
  #found: FoundFiles | undefined;
  /** The last change that was reported, and how many readings there had been. */
  #reported: { readonly key: string; readonly readings: number } | undefined;

  constructor(input: FileInput, log: ReadLog) {
    this.input = input;
    this.#log = log;
  }

  /** What it meant at the last look. */
  get found(): FoundFiles | undefined {
    return this.#found;
  }

  /** Whether the input was, at the last look, a path with a file or with nothing. */
  get isFile(): boolean {
    return this.#found?.visited.length === 0;
  }

  /** Looks again. A change that was reported is not reported again until there was a reading after it. */
  async hasChanged(): Promise<boolean> {
    const before = this.#found?.key;
    const found = await findFiles(this.input);
    this.#found = found;
    const { key } = found;
    const { readings } = this.#log;
    if (this.#reported?.key === key && this.#reported.readings === readings) return false;
    const changed = (before !== undefined && before !== key) ||
      !this.#log.hasFound(this.input, found);
    if (changed) this.#reported = { key, readings };
    return changed;
  }
}

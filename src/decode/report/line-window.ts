import { LineIndex, type Lines, type Position } from "./line-index.ts";

/** As many lines as a code frame shows around one, and the one that it may leave out as empty. */
const MARGIN = 3;
const LF = 10;

/**
 * The lines of an entry and a few around it, numbered as in the whole file, without looking at the
 * rest of the file. Offsets count from the start of the entry.
 */
export class LineWindow implements Lines {
  readonly #lines: LineIndex;
  /** What is shown, in bytes. */
  readonly #from: number;
  readonly #to: number;
  readonly #start: number;
  /** How many line breaks stand before the entry. */
  readonly #line: number;
  /** How many lines there are before the window. */
  readonly #before: number;
  /** How long the text of the window is before the entry. */
  readonly #lead: number;

  /**
   * @param start where the entry starts, in bytes
   * @param end where it ends
   * @param line how many line breaks stand before it
   * @param near a window of the same bytes: of the entries of a minified text all are in one line
   */
  constructor(bytes: Uint8Array, start: number, end: number, line: number, near?: LineWindow) {
    // In the line of one whose window goes to the end, further right: the same window, found without a search.
    const isSame = near !== undefined && near.#line === line && near.#start <= start &&
      near.#to === bytes.length;
    let [from, to, above] = [start, end, 0];
    if (isSame) [from, to, above] = [near.#from, near.#to, near.#line - near.#before];
    else {
      // What is minified, or follows a byte order mark, starts within a line.
      if (start > 0 && bytes[start - 1] !== LF) from = bytes.lastIndexOf(LF, start - 1) + 1;
      for (; above < MARGIN && from > 0; above++) {
        // A negative offset would count from the end.
        from = from === 1 ? 0 : bytes.lastIndexOf(LF, from - 2) + 1;
      }
      for (let below = 0; below < MARGIN && to < bytes.length; below++) {
        const next = bytes.indexOf(LF, to);
        to = next === -1 ? bytes.length : next + 1;
      }
    }
    // The byte order mark is no part of the text; one inside the text is.
    const textOf = (from: number, to: number): string =>
      new TextDecoder("utf-8", { ignoreBOM: from > 0 }).decode(bytes.subarray(from, to));
    this.#lines = isSame ? near.#lines : new LineIndex(textOf(from, to));
    this.#lead = isSame
      ? near.#lead + textOf(near.#start, start).length
      : textOf(from, start).length;
    [this.#from, this.#to, this.#start, this.#line] = [from, to, start, line];
    this.#before = line - above;
  }

  get count(): number {
    return this.#before + this.#lines.count;
  }

  positionAt(offset: number): Position {
    const { line, column } = this.#lines.positionAt(this.#lead + offset);
    return { line: this.#before + line, column };
  }

  slice(line: number, from: number, to: number): string {
    return this.#lines.slice(line - this.#before, from, to);
  }

  lengthOf(line: number): number {
    return this.#lines.lengthOf(line - this.#before);
  }
}

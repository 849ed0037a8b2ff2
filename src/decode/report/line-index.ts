/** A place in a text, both 1-based; the column counts UTF-16 code units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Numbered lines, or some of them. */
export interface Lines {
  /** How many lines there are, or the number of the last one known. */
  readonly count: number;
  /** The line and column of an offset. */
  positionAt(offset: number): Position;
  /** A part of a line, by 0-based columns. */
  slice(line: number, from: number, to: number): string;
  /** How long a line is, its line break not counted. */
  lengthOf(line: number): number;
}

/** Finds lines and columns in a text. Only LF ends a line; a CR before it is no part of the line. */
export class LineIndex implements Lines {
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
      starts.push(at + 1);
    }
    this.#starts = starts;
  }

  /** How many lines there are. */
  get count(): number {
    return this.#starts.length;
  }

  /** The line and column of an offset. */
  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }

  /** A part of a line, by 0-based columns, without cutting the whole line out first. */
  slice(line: number, from: number, to: number): string {
    const start = this.#starts[line - 1]!;
    const end = start + this.lengthOf(line);
    return this.text.slice(Math.min(start + from, end), Math.min(start + to, end));
  }

  /** How long a line is, its line break not counted. */
  lengthOf(line: number): number {
    const start = this.#starts[line - 1]!;
    const next = this.#starts[line];
    if (next === undefined) return this.text.length - start;
    const end = next - 1;
    return (end > start && this.text[end - 1] === "\r" ? end - 1 : end) - start;
  }
}

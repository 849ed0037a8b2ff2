import { displayWidth } from "../../text/display-width.ts";
import { printable } from "../../text/printable.ts";
import { wrapWords } from "../../text/wrap-words.ts";

/** Rows laid out in columns. */
export interface Table {
  readonly lines: readonly string[];
  /** How many columns, from the last one on, there was no room for. */
  readonly leftOut: number;
}

const GAP = "  ";

/**
 * Lays rows out in columns. Where they are too wide, cells are wrapped between words; where that does not
 * do, the last columns are left out.
 *
 * @param width how many cells a line may have
 */
export function table(rows: readonly (readonly string[])[], width: number): Table {
  const cells = rows.map((row) => row.map(printable));
  const widths = fit(
    widest(cells, displayWidth),
    widest(cells, (cell) => Math.max(...cell.split(" ").map(displayWidth))),
    width,
  );
  const wrapped = cells.map((row) => widths.map((at, column) => wrapWords(row[column] ?? "", at)));
  // A cell that was wrapped may need less than it was given.
  const needed = widest(wrapped, (lines) => Math.max(...lines.map(displayWidth)));
  return {
    lines: wrapped.flatMap((row) => rowLines(row, needed)),
    leftOut: (cells[0]?.length ?? 0) - widths.length,
  };
}

/** The width of each column: that of its widest cell. */
function widest<C>(rows: readonly (readonly C[])[], widthOf: (cell: C) => number): number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
}

/** The widths of as many columns as there is room for. */
function fit(wanted: readonly number[], least: readonly number[], width: number): number[] {
  let count = wanted.length;
  while (count > 1 && total(least.slice(0, count)) > width) count--;
  const widths = wanted.slice(0, count);
  for (let over = total(widths) - width; over > 0; over--) {
    const spare = widths.map((cells, column) => cells > least[column]! ? cells : 0);
    const most = Math.max(...spare);
    if (most === 0) break;
    widths[spare.indexOf(most)]!--;
  }
  return widths;
}

function total(widths: readonly number[]): number {
  return widths.reduce((sum, cells) => sum + cells, 0) + GAP.length * (widths.length - 1);
}

/** The lines of a row, whose cells have lines of their own. */
function rowLines(columns: readonly (readonly string[])[], widths: readonly number[]): string[] {
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    columns.map((lines, column) => {
      const text = lines[line] ?? "";
      return text + " ".repeat(Math.max(0, widths[column]! - displayWidth(text)));
    }).join(GAP).trimEnd());
}

import { displayWidth } from "../../text/display-width.ts";
import { printable } from "../../text/printable.ts";
import type { Lines, Position } from "./line-index.ts";

const CONTEXT_LINES = 2;
const MAX_COLUMNS = 100;

/**
 * The line of a position with a caret below the column, and two lines on either side. Lines that are
 * longer than 100 columns are cut to a window around the caret.
 *
 * ```text
 *   11 |   planner:
 *   12 |     name: Planner
 * > 13 |     category: prod
 *      |               ^
 *   14 |     owner: core
 * ```
 */
export function codeFrame(lines: Lines, { line, column }: Position): string {
  const first = Math.max(1, line - CONTEXT_LINES);
  const last = Math.min(lines.count, line + CONTEXT_LINES);
  const digits = String(last).length;
  // One window for all lines keeps them aligned to each other.
  const from = column > MAX_COLUMNS * 0.8 ? column - Math.floor(MAX_COLUMNS / 2) : 0;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    if (number === last && number > line && lines.lengthOf(number) === 0) continue;
    const marker = number === line ? ">" : " ";
    const gutter = `${marker} ${String(number).padStart(digits)} |`;
    frame.push(`${gutter} ${windowOf(lines, number, from)}`.trimEnd());
    if (number !== line) continue;
    const before = (from > 0 ? "…" : "") + printable(lines.slice(line, from, column - 1));
    frame.push(`  ${" ".repeat(digits)} | ${blank(before)}^`);
  }
  return frame.join("\n");
}

function windowOf(lines: Lines, line: number, from: number): string {
  const text = printable(lines.slice(line, from, from + MAX_COLUMNS));
  const more = lines.lengthOf(line) > from + MAX_COLUMNS;
  return `${from > 0 && text !== "" ? "…" : ""}${text}${more ? "…" : ""}`;
}

/** As wide as the text; tabs stay tabs, so that the caret stands where the terminal puts them. */
function blank(text: string): string {
  return text.split("\t").map((part) => " ".repeat(displayWidth(part))).join("\t");
}

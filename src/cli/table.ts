import { displayWidth } from "../text/display-width.ts";
import { printable } from "../text/printable.ts";

/** Lays rows out in columns, as wide as their widest cell, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(printable));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => displayWidth(row[column] ?? "")))
  );
  return cells.map((row) =>
    row.map((cell, column) => cell + " ".repeat(widths[column]! - displayWidth(cell))).join("  ")
      .trimEnd()
  );
}

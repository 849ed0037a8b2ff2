import type { FieldChange, SnapshotDiff } from "../../../mod.ts";
import { printable } from "../../text/printable.ts";
import type { Style } from "./style.ts";

/** How much of a value is shown, in UTF-16 code units. */
const MAX_LENGTH = 40;

/** What differs between two snapshots, an agent a line. */
export function changeLines(diff: SnapshotDiff, style: Style): string[] {
  const { added, updated, removed, fields, document } = diff;
  return [
    ...added.map((id) => style.green(`  + ${printable(id)}`)),
    ...updated.map((id) =>
      style.yellow(`  ~ ${printable(id)}`) + `  ${(fields.get(id) ?? []).map(fieldText).join(", ")}`
    ),
    ...removed.map((id) => style.red(`  - ${printable(id)}`)),
    ...document.map((change) => `  around the agents, ${fieldText(change)}`),
  ];
}

function fieldText({ field, before, after }: FieldChange): string {
  const name = printable(field);
  if (before === undefined) return `${name}: ${valueText(after)} (new)`;
  if (after === undefined) return `${name} (gone)`;
  return `${name}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: unknown): string {
  const text = printable(
    typeof value === "string" ? value : JSON.stringify(value) ?? String(value),
  );
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH - 1)}…` : text;
}

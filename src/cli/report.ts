import {
  diffSnapshots,
  type FieldChange,
  formatIssue,
  type Issue,
  type RegistrySnapshot,
  type ReloadEvent,
  type SnapshotDiff,
} from "../../mod.ts";
import { cellText, columnsFor } from "../text/columns-for.ts";
import { printable } from "../text/printable.ts";
import type { AnyAgent } from "./input/load.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

/** The agents as a table, with a line below that counts them. */
export function agentTable(snapshot: RegistrySnapshot<AnyAgent>, style: Style): string {
  const counted = `${countOf(snapshot.agents.size, "agent")}, revision ${snapshot.revision}`;
  return [...agentRows(snapshot.list(), style), "", counted].join("\n");
}

/** Agents as the lines of a table, below a head. */
export function agentRows(agents: readonly AnyAgent[], style: Style): string[] {
  const columns = columnsFor(agents);
  const rows = agents.map((agent) => columns.map((column) => cellText(ownField(agent, column))));
  const [head, ...body] = table([columns.map((column) => column.toUpperCase()), ...rows]);
  return [style.bold(head!), ...body];
}

function ownField(agent: AnyAgent, field: string): unknown {
  return Object.hasOwn(agent, field) ? agent[field] : undefined;
}

/** What came of a reload, for a person. */
export function eventReport(
  event: ReloadEvent,
  before: RegistrySnapshot<AnyAgent>,
  after: RegistrySnapshot<AnyAgent>,
  wasInSync: boolean,
  style: Style,
): string {
  const time = style.dim(event.timestamp.toTimeString().slice(0, 8));
  const served = `revision ${event.revision}, ${countOf(event.agentsCount, "agent")}`;
  const again = wasInSync ? "" : style.green(" in sync again:");
  switch (event.type) {
    case "applied": {
      const lines = changeLines(diffSnapshots(before, after), style);
      return [`${time}${again} ${served}`, ...lines, ...warnings(after, style)].join(
        "\n",
      );
    }
    case "partial": {
      const lines = changeLines(diffSnapshots(before, after), style);
      const count = style.red(countOf(event.issues.length, "issue"));
      return [
        `${time} ${count}, serving ${served}, ${after.stale.size} of them stale`,
        ...lines,
        "",
        issueReport(event.issues, style),
      ].join("\n");
    }
    case "unchanged":
      return `${time}${again} ${served}, nothing changed`;
    case "rejected": {
      const count = style.red(countOf(event.issues.length, "issue"));
      return `${time} ${count}, still serving ${served}\n\n${issueReport(event.issues, style)}`;
    }
  }
}

/** Issues with their frames. */
export function issueReport(issues: readonly Issue[], style: Style): string {
  return issues.map((issue) => {
    const [head, ...frame] = formatIssue(issue).split("\n");
    const paint = issue.severity === "error" ? style.red : style.yellow;
    return [paint(printable(head!)), ...frame].join("\n");
  }).join("\n\n") + "\n";
}

/** What does not keep a snapshot from being served, as lines. */
export function warnings({ warnings }: RegistrySnapshot<AnyAgent>, style: Style): string[] {
  return warnings.length === 0 ? [] : ["", issueReport(warnings, style).trimEnd()];
}

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
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** A number and its noun. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

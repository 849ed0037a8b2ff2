import { cellText, columnsFor } from "../../text/columns-for.ts";
import type { AnyAgent } from "../input/any-agent.ts";
import { countOf } from "./count-of.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";

/** Agents as a table, and a line below that counts them, and goes on with more that is to be said. */
export function agentTable(agents: readonly AnyAgent[], style: Style, more = ""): string {
  const count = `${countOf(agents.length, "agent")}${more}`;
  if (agents.length === 0) return count;
  const columns = columnsFor(agents);
  const rows = agents.map((agent) => columns.map((column) => cellText(ownField(agent, column))));
  const head = columns.map((column) => column.toUpperCase());
  const { lines: [first = "", ...lines], leftOut } = table([head, ...rows], style.width);
  const narrow = leftOut === 0
    ? ""
    : style.dim(`, ${countOf(leftOut, "column")} left out (--json has all)`);
  return [style.bold(first), ...lines, "", `${count}${narrow}`].join("\n");
}

function ownField(agent: AnyAgent, field: string): unknown {
  return Object.hasOwn(agent, field) ? agent[field] : undefined;
}

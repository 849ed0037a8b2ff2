import { stringify } from "yaml";
import { AgentNotFoundError, diffSnapshots, type Issue } from "../../mod.ts";
import { printable } from "../text/printable.ts";
import { type AnyAgent, load } from "./input/load.ts";
import type { DiffCommand, ListCommand, ShowCommand } from "./parse-command.ts";
import { agentRows, changeLines, countOf, issueReport } from "./report.ts";
import type { CliContext } from "./run-cli.ts";
import { styleFor } from "./style.ts";

/** Trouble is told apart from "nothing found", as grep and diff do. */
const REFUSED = 2;

/** Prints the agents, or those that hold a text. */
export async function listCommand(command: ListCommand, context: CliContext): Promise<number> {
  const { paths, options, json, query } = command;
  const { snapshot, issues } = await load(paths, options);
  if (issues.length > 0) tell(issues, context);
  if (snapshot === undefined) return REFUSED;
  const agents = query === undefined ? snapshot.list() : snapshot.search(query);
  const { out } = context;
  if (json) out.write(`${JSON.stringify(agents)}\n`);
  else {
    const rows = agents.length === 0
      ? []
      : [...agentRows(agents, styleFor(context, context.out)), ""];
    out.write([...rows, countOf(agents.length, "agent"), ""].join("\n"));
  }
  return query !== undefined && agents.length === 0 ? 1 : 0;
}

/** Prints one agent, and where it stands. */
export async function showCommand(command: ShowCommand, context: CliContext): Promise<number> {
  const { paths, options, json, id } = command;
  const { snapshot, issues } = await load(paths, options);
  if (issues.length > 0) tell(issues, context);
  if (snapshot === undefined) return REFUSED;
  const agent = snapshot.get(id);
  if (agent === undefined) {
    context.err.write(`${printable(new AgentNotFoundError(id, snapshot.agents.keys()).message)}\n`);
    return 1;
  }
  if (json) context.out.write(`${JSON.stringify(agent)}\n`);
  else {
    const { path, line, column } = snapshot.origins.get(id)!;
    const style = styleFor(context, context.out);
    context.out.write(`${style.dim(`# ${printable(path)}:${line}:${column}`)}\n${yamlOf(agent)}`);
  }
  return 0;
}

/** Prints what would change if one file took the place of another. */
export async function diffCommand(command: DiffCommand, context: CliContext): Promise<number> {
  const { paths: [older, newer], options, json } = command;
  const [before, after] = await Promise.all([load([older!], options), load([newer!], options)]);
  if (before.snapshot === undefined || after.snapshot === undefined) {
    tell(before.snapshot === undefined ? before.issues : after.issues, context);
    return REFUSED;
  }
  const diff = diffSnapshots(before.snapshot, after.snapshot);
  const { added, updated, removed, fields, document } = diff;
  const same = added.length + updated.length + removed.length + document.length === 0;
  if (json) {
    const changed = Object.fromEntries(fields);
    context.out.write(
      `${JSON.stringify({ added, updated, removed, fields: changed, document })}\n`,
    );
  } else if (same) context.out.write("nothing differs\n");
  else context.out.write(`${changeLines(diff, styleFor(context, context.out)).join("\n")}\n`);
  return same ? 0 : 1;
}

function tell(issues: readonly Issue[], context: CliContext): void {
  context.err.write(issueReport(issues, styleFor(context, context.err)));
}

function yamlOf(agent: AnyAgent): string {
  return stringify(agent).split("\n").map(printable).join("\n");
}

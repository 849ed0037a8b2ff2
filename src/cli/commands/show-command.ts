import { stringify } from "yaml";
import { AgentNotFoundError } from "../../../mod.ts";
import { printable, printableJson } from "../../text/printable.ts";
import { Misuse } from "../args/misuse.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import type { CliContext } from "../cli-context.ts";
import { load } from "../input/load.ts";
import { styleFor } from "../print/style.ts";
import { REFUSED, tellIssues } from "../print/tell-issues.ts";

/** Prints one agent, and where it stands. */
export async function showCommand(line: CommandLine, context: CliContext): Promise<number> {
  const { flags, words: [id, ...words] } = line;
  if (id === undefined) throw new Misuse("Expected the id of an agent");
  const { snapshot, issues } = await load(line, words, context);
  tellIssues(issues, flags, context);
  if (snapshot === undefined) return REFUSED;
  const agent = snapshot.get(id);
  const { out, err } = context;
  if (agent === undefined) {
    err.write(`${printable(new AgentNotFoundError(id, snapshot.agents.keys()).message)}\n`);
    return 1;
  }
  if (flags.json === true) out.write(`${printableJson(agent)}\n`);
  else {
    const { path, line, column } = snapshot.origins.get(id)!;
    const origin = styleFor(context, out, flags).dim(`# ${printable(path)}:${line}:${column}`);
    const yaml = stringify(agent).split("\n").map(printable).join("\n");
    out.write(`${origin}\n${yaml}`);
  }
  return 0;
}

import type { RegistrySnapshot } from "../../../mod.ts";
import { nearestTo } from "../../text/nearest.ts";
import { printable, printableJson } from "../../text/printable.ts";
import type { FlagValues } from "../args/flag-values.ts";
import { Misuse } from "../args/misuse.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import type { CliContext } from "../cli-context.ts";
import type { AnyAgent } from "../input/any-agent.ts";
import { load } from "../input/load.ts";
import { agentTable } from "../print/agent-table.ts";
import { REFUSED, tellIssues } from "../print/tell-issues.ts";
import { styleFor } from "../print/style.ts";

/** A field, and what an agent must have there. */
type Wish = readonly [field: string, wanted: string | readonly string[]];

/** Prints the agents: those that flags choose and, for `search`, that hold a text. */
export async function listCommand(line: CommandLine, context: CliContext): Promise<number> {
  const { name, flags } = line;
  const [query, words] = name === "search" ? [textIn(line), line.words.slice(1)] : ["", line.words];
  const wishes = wishesOf(flags);
  const { snapshot, issues } = await load(line, words, context);
  tellIssues(issues, flags, context);
  if (snapshot === undefined) return REFUSED;
  const chosen = new Set(snapshot.list(Object.fromEntries(wishes)));
  const agents = (query === "" ? snapshot.list() : snapshot.search(query))
    .filter((agent) => chosen.has(agent));
  const { out, err } = context;
  out.write(
    flags.json === true
      ? `${printableJson(agents)}\n`
      : `${agentTable(agents, styleFor(context, out, flags))}\n`,
  );
  if (agents.length > 0) return 0;
  for (const wish of wishes) for (const hint of hintsFor(wish, snapshot)) err.write(`${hint}\n`);
  return query !== "" || wishes.length > 0 ? 1 : 0;
}

function textIn({ words: [text] }: CommandLine): string {
  if (text === undefined || text === "") throw new Misuse("Expected a text to search for");
  return text;
}

function wishesOf({ category, environment, owner, status, tag }: FlagValues): readonly Wish[] {
  const wishes = Object.entries({ category, environment, owner, status, tags: tag });
  return wishes.filter((wish): wish is [string, string | string[]] => wish[1] !== undefined);
}

/** What a word may have been meant to be that no agent has. */
function hintsFor([field, wanted]: Wish, snapshot: RegistrySnapshot<AnyAgent>): string[] {
  const known = [...snapshot.values(field)].map(String);
  return [wanted].flat().filter((word) => !known.includes(word)).map((word) => {
    const [near] = nearestTo(word, known);
    const hint = near === undefined ? "" : `: did you mean "${near}"?`;
    return printable(`No agent has "${word}" in "${field}"${hint}`);
  });
}

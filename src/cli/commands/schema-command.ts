import { registryJsonSchema } from "../../../mod.ts";
import { Misuse } from "../args/misuse.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import { toOptions } from "../args/parse-options.ts";
import type { CliContext } from "../cli-context.ts";

/** Prints the JSON Schema of a registry file. */
export function schemaCommand({ words, flags }: CommandLine, { out }: CliContext): number {
  if (words.length > 0) throw new Misuse("Expected no path: the schema is the same for all files");
  const { schema } = toOptions(flags);
  const json = registryJsonSchema({ schema, at: onePlace(flags.at) });
  out.write(`${JSON.stringify(json, undefined, 2)}\n`);
  return 0;
}

function onePlace([at, another]: readonly string[] = []): string | undefined {
  if (another === undefined && at?.split(".").includes("*") !== true) return at;
  throw new Misuse("Expected one --at without *: a JSON Schema is of one place");
}

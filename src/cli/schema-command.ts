import { registryJsonSchema } from "../../mod.ts";
import type { SchemaCommand } from "./parse-command.ts";
import type { CliContext } from "./run-cli.ts";

/** Prints the JSON Schema of a registry file. */
export function schemaCommand({ options, at }: SchemaCommand, { out }: CliContext): number {
  const schema = registryJsonSchema({ schema: options.schema, at });
  out.write(`${JSON.stringify(schema, undefined, 2)}\n`);
  return 0;
}

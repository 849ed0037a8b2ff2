import { type AgentRegistry, openRegistry } from "../../../mod.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import { toOptions } from "../args/parse-options.ts";
import { pathsFrom } from "../args/parse-paths.ts";
import type { CliContext } from "../cli-context.ts";
import type { AnyAgent } from "./any-agent.ts";
import { openInput } from "./open-input.ts";

/** A registry that the command line names. */
export interface Opened extends AsyncDisposable {
  readonly registry: AgentRegistry<AnyAgent>;
  /** For a person; without passwords. */
  readonly name: string;
}

/**
 * Opens what a command line names, and be it broken: its revision is 0 then.
 *
 * @param words those behind the command that are paths
 * @throws {Misuse | UnreachableError}
 */
export async function open(
  { flags }: CommandLine,
  words: readonly string[],
  context: CliContext,
  watch: boolean,
): Promise<Opened> {
  const given = await openInput(pathsFrom(words), toOptions(flags), context, watch);
  const settings = { ...given.options, required: false, watch, logger: false } as const;
  try {
    const registry = await openRegistry(given.input, settings);
    return {
      registry,
      name: given.name,
      async [Symbol.asyncDispose]() {
        await registry.close();
        await given[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await given[Symbol.asyncDispose]();
    throw error;
  }
}

import type { Issue, RegistrySnapshot } from "../../../mod.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import type { CliContext } from "../cli-context.ts";
import type { AnyAgent } from "./any-agent.ts";
import { open } from "./open.ts";

/** A registry loaded once, and what is wrong with it: if there is no snapshot, why. */
export interface Loaded {
  readonly snapshot: RegistrySnapshot<AnyAgent> | undefined;
  readonly issues: readonly Issue[];
}

/** Loads a registry, and lets go of it. */
export async function load(
  line: CommandLine,
  words: readonly string[],
  context: CliContext,
): Promise<Loaded> {
  await using opened = await open(line, words, context, false);
  const { snapshot, status: { issues } } = opened.registry;
  return { snapshot: snapshot.revision === 0 ? undefined : snapshot, issues };
}

import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearestTo } from "../../text/nearest.ts";
import { type CommandName, COMMANDS, isCommandName } from "./commands.ts";
import type { FlagName, FlagValues } from "./flag-values.ts";
import { type Flag, FLAGS, flagsOf, takes } from "./flags.ts";
import { Misuse } from "./misuse.ts";

/** A command, and what stands behind it. */
export interface CommandLine {
  readonly type: "command";
  readonly name: CommandName;
  readonly words: readonly string[];
  readonly flags: FlagValues;
}

/** What the command line asks for. */
export type Arguments =
  | { readonly type: "help"; readonly of: CommandName | undefined }
  | { readonly type: "version" }
  | CommandLine;

/**
 * Reads the command line.
 *
 * @throws {Misuse}
 */
export function parseArguments(args: readonly string[]): Arguments {
  const asked = { args: [...args], allowPositionals: true, options: FLAGS } as const;
  // Leniently first: what `parseArgs` says of an unknown flag helps nobody.
  const { tokens } = parseArgs({ ...asked, strict: false, tokens: true });
  const command = tokens.find((token) => token.kind === "positional")?.value;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (!Object.hasOwn(FLAGS, token.name)) throw unknownFlag(token.rawName, command);
  }
  const { values: flags, positionals } = parse(asked);
  if (flags.version === true) return { type: "version" };
  const [name = "", ...words] = positionals;
  if (name === "help" || flags.help === true) {
    const [of = ""] = name === "help" ? words : [name];
    return { type: "help", of: isCommandName(of) ? of : undefined };
  }
  if (!isCommandName(name)) throw unknownCommand(name);
  for (const flag of Object.keys(flags) as FlagName[]) {
    const { of = [] }: Flag = FLAGS[flag];
    if (!takes(name, flag)) throw new Misuse(`--${flag} goes with ${of.join(", ")} only`);
  }
  return { type: "command", name, words, flags };
}

function parse(config: ParseArgsConfig): { values: FlagValues; positionals: string[] } {
  try {
    // The table of flags says of which type each value is.
    return parseArgs(config) as ReturnType<typeof parse>;
  } catch (error) {
    throw error instanceof TypeError ? new Misuse(error.message) : error;
  }
}

function unknownFlag(rawName: string, command = ""): Misuse {
  const known = isCommandName(command) ? flagsOf(command) : [];
  const all = Object.keys(FLAGS);
  const name = rawName.replace(/^-+/, "");
  const [near = nearestTo(name, all)[0]] = nearestTo(name, known);
  return new Misuse(
    `Unknown flag ${rawName}${near === undefined ? "" : `: did you mean --${near}?`}`,
  );
}

function unknownCommand(name: string): Misuse {
  const names = Object.keys(COMMANDS);
  const expected = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  if (name === "") return new Misuse(`Expected a command: ${expected}`);
  const [near] = nearestTo(name, names);
  const hint = near === undefined ? `expected ${expected}` : `did you mean ${near}?`;
  return new Misuse(`Unknown command "${name}": ${hint}`);
}

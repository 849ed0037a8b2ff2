import { printable } from "../text/printable.ts";
import { VERSION } from "../version.ts";
import { type CommandName, isCommandName } from "./args/commands.ts";
import { helpOf } from "./args/help.ts";
import { Misuse } from "./args/misuse.ts";
import { type CommandLine, parseArguments } from "./args/parse-arguments.ts";
import type { CliContext } from "./cli-context.ts";
import { checkCommand } from "./commands/check-command.ts";
import { diffCommand } from "./commands/diff-command.ts";
import { listCommand } from "./commands/list-command.ts";
import { publishCommand } from "./commands/publish-command.ts";
import { schemaCommand } from "./commands/schema-command.ts";
import { serveCommand } from "./commands/serve-command.ts";
import { showCommand } from "./commands/show-command.ts";
import { watchCommand } from "./commands/watch-command.ts";
import { UnreachableError } from "./input/nats-connection.ts";

/** Does what a command line asks for, and gives the exit code. */
type Run = (line: CommandLine, context: CliContext) => number | Promise<number>;

const RUN: Readonly<Record<CommandName, Run>> = {
  watch: watchCommand,
  serve: serveCommand,
  publish: publishCommand,
  check: checkCommand,
  list: listCommand,
  search: listCommand,
  show: showCommand,
  diff: diffCommand,
  schema: schemaCommand,
};

/** Where a registry that cannot be loaded is not told apart from a broken one. */
const ONE_WHEN_UNREACHABLE: readonly CommandName[] = ["watch", "check", "publish"];

/**
 * Runs the command line.
 *
 * @returns the exit code: 0 when all is well; 1 when `check` or `watch --once` refuse the registry, or a
 * query finds nothing or something different; 2 when a query cannot be answered or the call was wrong
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const { out, err } = context;
  try {
    const asked = parseArguments(args);
    if (asked.type === "command") return await RUN[asked.name](asked, context);
    out.write(asked.type === "help" ? helpOf(asked.of) : `${VERSION}\n`);
    return 0;
  } catch (error) {
    const name = args.find(isCommandName);
    if (error instanceof UnreachableError) {
      err.write(`${printable(error.message)}\n`);
      return name !== undefined && ONE_WHEN_UNREACHABLE.includes(name) ? 1 : 2;
    }
    // Whether a number is one that an option takes is for the registry to say.
    if (!(error instanceof Misuse || error instanceof RangeError)) throw error;
    const help = name === undefined ? "--help" : `${name} --help`;
    err.write(`${printable(error.message)}\nSee agent-registry ${help}\n`);
    return 2;
  }
}

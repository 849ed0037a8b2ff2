import { UnreachableError } from "./input/nats-connection.ts";
import { checkCommand } from "./check-command.ts";
import { diffCommand, listCommand, showCommand } from "./query-commands.ts";
import { type Command, parseCommand } from "./parse-command.ts";
import { publishCommand } from "./publish-command.ts";
import { schemaCommand } from "./schema-command.ts";
import { serveCommand } from "./serve-command.ts";
import { USAGE } from "./usage.ts";
import { VERSION } from "../version.ts";
import { watchCommand } from "./watch-command.ts";

/** Where text goes. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What the command line needs of its process. */
export interface CliContext {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where SIGINT and SIGTERM come from. */
  readonly signals: {
    on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
    off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  };
}

/**
 * Runs the command line.
 *
 * @returns the exit code: 0 when all is well; 1 when `check` or `watch --once` refuse the registry, or a
 * query finds nothing or something different; 2 when a query cannot be answered or the call was wrong
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const command = parseCommand(args);
  try {
    return await run(command, context);
  } catch (error) {
    if (error instanceof UnreachableError) {
      context.err.write(`${error.message}\n`);
      return ["watch", "check", "publish"].includes(command.type) ? 1 : 2;
    }
    // Whether an option takes a number is for the registry to say.
    const isMisuse = error instanceof RangeError ||
      (command.type === "serve" && error instanceof TypeError);
    if (!isMisuse) throw error;
    context.err.write(`${error.message}\n`);
    return 2;
  }
}

async function run(command: Command, context: CliContext): Promise<number> {
  switch (command.type) {
    case "help":
      context.out.write(USAGE);
      return 0;
    case "version":
      context.out.write(`${VERSION}\n`);
      return 0;
    case "misuse":
      context.err.write(`${command.message}\nSee agent-registry --help\n`);
      return 2;
    case "watch":
      return await watchCommand(command, context);
    case "serve":
      return await serveCommand(command, context);
    case "publish":
      return await publishCommand(command, context);
    case "check":
      return await checkCommand(command, context);
    case "list":
      return await listCommand(command, context);
    case "show":
      return await showCommand(command, context);
    case "diff":
      return await diffCommand(command, context);
    case "schema":
      return schemaCommand(command, context);
  }
}

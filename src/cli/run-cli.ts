import { parseCommand } from "./parse-command.ts";
import { USAGE } from "./usage.ts";
import { VERSION } from "./version.ts";
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
 * @returns the exit code: 0 when all is well, 1 when a registry is not, 2 when the call was wrong
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const command = parseCommand(args);
  switch (command.type) {
    case "help":
      context.out.write(USAGE);
      return 0;
    case "version":
      context.out.write(`${VERSION}\n`);
      return 0;
    case "misuse":
      context.err.write(`${command.message}\n\n${USAGE}`);
      return 2;
    case "watch":
      return await orMisuse(watchCommand(command, context), context);
  }
}

/** A number that an option does not take is found by the registry itself. */
async function orMisuse(running: Promise<number>, { err }: CliContext): Promise<number> {
  try {
    return await running;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    err.write(`${error.message}\n`);
    return 2;
  }
}

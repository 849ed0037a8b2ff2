import { EventEmitter } from "node:events";
import { BehaviorSubject } from "rxjs";
import type { CliContext } from "../../src/cli/cli-context.ts";
import { runCli } from "../../src/cli/run-cli.ts";
import { until } from "../until.ts";

/** A command line that runs inside the test. */
export interface CliRun {
  /** Resolves with the exit code. */
  readonly code: Promise<number>;
  /** What was printed so far. */
  text(): string;
  errors(): string;
  /** Resolves with what was printed since the last call, once it holds this text. */
  prints(text: string): Promise<string>;
  interrupt(): void;
}

/** What a command line is run with. */
export interface RunOptions {
  /** Whether it prints to a terminal. */
  readonly tty?: boolean;
  /** How wide that is. */
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in, chunk by chunk. */
  readonly stdin?: readonly string[];
}

/** Runs the command line with an output of its own. */
export function runInside(
  args: readonly string[],
  { tty = false, columns, env = {}, stdin = [] }: RunOptions = {},
): CliRun {
  const out = new BehaviorSubject("");
  const err = new BehaviorSubject("");
  const signals = new EventEmitter();
  const terminal = { isTTY: tty, ...columns === undefined ? {} : { columns } };
  const context: CliContext = {
    stdin: chunksOf(stdin),
    out: { write: (text) => out.next(out.value + text), ...terminal },
    err: { write: (text) => err.next(err.value + text), ...terminal },
    env,
    signals,
  };
  let read = 0;
  return {
    code: runCli(args, context),
    text: () => out.value,
    errors: () => err.value,
    async prints(text) {
      const all = await until(out, (value) => value.slice(read).includes(text));
      const news = all.slice(read);
      read = all.length;
      return news;
    },
    interrupt: () => signals.emit("SIGINT"),
  };
}

async function* chunksOf(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

/** What a command line came to. */
export interface CliEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line to its end. */
export async function runToEnd(args: readonly string[], options?: RunOptions): Promise<CliEnd> {
  const cli = runInside(args, options);
  return { code: await cli.code, out: cli.text(), err: cli.errors() };
}

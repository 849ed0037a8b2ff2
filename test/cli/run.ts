import { EventEmitter } from "node:events";
import { BehaviorSubject } from "rxjs";
import { type CliContext, runCli } from "../../src/cli/run-cli.ts";
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

/** Runs the command line with an output of its own. */
export function runInside(
  args: readonly string[],
  { tty = false, env = {} }: { tty?: boolean; env?: Record<string, string> } = {},
): CliRun {
  const out = new BehaviorSubject("");
  const err = new BehaviorSubject("");
  const signals = new EventEmitter();
  const context: CliContext = {
    out: { write: (text) => out.next(out.value + text), isTTY: tty },
    err: { write: (text) => err.next(err.value + text), isTTY: tty },
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

import type { CliContext } from "../cli-context.ts";

/** Resolves when the process is told to end; listens until it is disposed of. */
export interface Interruption extends Disposable {
  readonly promise: Promise<undefined>;
}

/** Takes SIGINT and SIGTERM in place of the runtime, which would end the process at once. */
export function interruption({ signals }: CliContext): Interruption {
  let interrupt = (): void => {};
  const promise = new Promise<undefined>((resolve) => interrupt = () => resolve(undefined));
  signals.on("SIGINT", interrupt);
  signals.on("SIGTERM", interrupt);
  return {
    promise,
    [Symbol.dispose]() {
      signals.off("SIGINT", interrupt);
      signals.off("SIGTERM", interrupt);
    },
  };
}

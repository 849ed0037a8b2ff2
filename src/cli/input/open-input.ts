import type { RegistryInput } from "../../../mod.ts";
import { type Pipe, pipeAt, pipeSource } from "../../source/pipe-source.ts";
import { Misuse } from "../args/misuse.ts";
import { isNatsUrl, parseNatsUrl } from "../args/nats-url.ts";
import type { CliOptions } from "../args/parse-options.ts";
import type { CliContext } from "../cli-context.ts";
import { connectNats } from "./nats-connection.ts";

/** What the words of the command line name, ready to be opened. */
export interface OpenInput extends AsyncDisposable {
  readonly input: RegistryInput;
  readonly options: CliOptions;
  /** For a person; without passwords. */
  readonly name: string;
}

/** What stands for the standard input: `-`, and files that not every runtime can open. */
const STDIN: readonly (string | URL)[] = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/** Whether a path is that of the standard input. */
export function isStdin(path: string | URL): boolean {
  return STDIN.includes(path);
}

/**
 * Makes an input of paths, of the URL of a bucket, or of what is piped in.
 *
 * @param watch whether it is to be followed, which a pipe cannot be
 * @throws {Misuse}
 */
export async function openInput(
  paths: readonly (string | URL)[],
  options: CliOptions,
  { stdin }: CliContext,
  watch: boolean,
): Promise<OpenInput> {
  const url = paths.find(isNatsUrl);
  if (url !== undefined) return await openBucket(url, options);
  const dispose = (): Promise<void> => Promise.resolve();
  if (watch && paths.includes("-")) {
    throw new Misuse("Expected paths to follow: - is read to its end, as with --once");
  }
  const pipes = watch ? [] : await pipesOf(paths, stdin);
  const name = nameOf(paths);
  if (pipes.length === 0) {
    return { input: [...paths], options, name, [Symbol.asyncDispose]: dispose };
  }
  const { files, http: _, ...others } = options;
  return {
    input: pipeSource(pipes, files?.maxBytes),
    options: others,
    name,
    [Symbol.asyncDispose]: dispose,
  };
}

async function openBucket(url: string, options: CliOptions): Promise<OpenInput> {
  const natsUrl = parseNatsUrl(url);
  const { connection, natsSource, [Symbol.asyncDispose]: dispose } = await connectNats(natsUrl);
  const { files, http: _, ...others } = options;
  const { pollMs, maxBytes } = files ?? {};
  return {
    input: natsSource(connection, { bucket: natsUrl.bucket, pollMs, maxBytes }),
    options: others,
    name: natsUrl.shown,
    [Symbol.asyncDispose]: dispose,
  };
}

async function pipesOf(
  paths: readonly (string | URL)[],
  stdin: AsyncIterable<Uint8Array>,
): Promise<readonly Pipe[]> {
  const found = await Promise.all(paths.map((path) => {
    if (typeof path !== "string") return undefined;
    return isStdin(path) ? { path: "(stdin)", bytes: stdin } : pipeAt(path);
  }));
  const pipes = found.filter((pipe) => pipe !== undefined);
  if (pipes.filter(({ bytes }) => bytes === stdin).length > 1) {
    throw new Misuse("Expected the standard input once");
  }
  if (pipes.length === 0 || pipes.length === paths.length) return pipes;
  throw new Misuse("Expected paths, or what is piped in: not both");
}

/** What these are, for a person: without the user, password and query of a URL, which may be secret. */
export function nameOf(paths: readonly (string | URL)[]): string {
  return paths.map((path) => {
    if (!/^https?:/i.test(String(path)) || !URL.canParse(String(path))) return String(path);
    const { origin, pathname } = new URL(path);
    return `${origin}${pathname}`;
  }).join(", ");
}

import { parseArgs } from "node:util";
import type { FileSourceOptions, RegistryOptions } from "../../mod.ts";

/** What the command line asks for. */
export type Command =
  | { readonly type: "help" }
  | { readonly type: "version" }
  | { readonly type: "misuse"; readonly message: string }
  | WatchCommand;

/** `agent-registry watch`. */
export interface WatchCommand {
  readonly type: "watch";
  readonly paths: readonly string[];
  readonly once: boolean;
  readonly json: boolean;
  readonly options: RegistryOptions;
}

const DEFAULT_PATH = "agent_registry.yaml";
const COMMANDS = ["watch"];

/** Reads the command line. */
export function parseCommand(args: readonly string[]): Command {
  try {
    return toCommand(args);
  } catch (error) {
    return misuse(error instanceof Error ? error.message : String(error));
  }
}

function toCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      poll: { type: "boolean", default: false },
      "poll-ms": { type: "string" },
      "debounce-ms": { type: "string" },
      "max-wait-ms": { type: "string" },
      "max-bytes": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
      version: { type: "boolean", short: "v", default: false },
    },
  });
  if (values.help) return { type: "help" };
  if (values.version) return { type: "version" };
  const [name, ...paths] = positionals;
  if (name === undefined) return misuse("Expected a command: watch");
  if (!COMMANDS.includes(name)) {
    return misuse(`Unknown command ${JSON.stringify(name)}: expected ${COMMANDS.join(", ")}`);
  }
  const files: FileSourceOptions = {
    ...(values.poll ? { watchMode: "poll" } : {}),
    ...numberOf("pollMs", "poll-ms", values["poll-ms"]),
    ...numberOf("maxBytes", "max-bytes", values["max-bytes"]),
  };
  return {
    type: "watch",
    paths: paths.length === 0 ? [DEFAULT_PATH] : paths,
    once: values.once,
    json: values.json,
    options: {
      ...numberOf("debounceMs", "debounce-ms", values["debounce-ms"]),
      ...numberOf("maxWaitMs", "max-wait-ms", values["max-wait-ms"]),
      files,
    },
  };
}

function numberOf<K extends string>(
  key: K,
  flag: string,
  text: string | undefined,
): { [P in K]?: number } {
  if (text === undefined) return {};
  if (!/^\d+$/.test(text)) throw new Error(`Expected --${flag} to be a number, got "${text}"`);
  return { [key]: Number(text) } as { [P in K]: number };
}

function misuse(message: string): Command {
  return { type: "misuse", message };
}

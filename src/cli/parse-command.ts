import { parseArgs, type ParseArgsConfig } from "node:util";
import { type NatsUrl, parseNatsUrl } from "./input/nats-url.ts";
import { filesFrom, pathsFrom } from "./input/parse-paths.ts";
import { type CliOptions, registryFlags, toOptions } from "./parse-options.ts";

/** What the command line asks for. */
export type Command =
  | { readonly type: "help" }
  | { readonly type: "version" }
  | { readonly type: "misuse"; readonly message: string }
  | WatchCommand
  | ServeCommand
  | PublishCommand
  | CheckCommand
  | ListCommand
  | ShowCommand
  | DiffCommand
  | SchemaCommand;

interface RegistryCommand {
  readonly paths: readonly (string | URL)[];
  readonly options: CliOptions;
  readonly json: boolean;
}

/** `agent-registry watch`. */
export interface WatchCommand extends RegistryCommand {
  readonly type: "watch";
  readonly once: boolean;
}

/** `agent-registry serve`. */
export interface ServeCommand extends RegistryCommand {
  readonly type: "serve";
  readonly port: number;
  readonly host: string;
  readonly token: string | undefined;
  readonly write: boolean;
  readonly redact: readonly string[] | undefined;
  readonly frames: boolean;
  readonly base: string | undefined;
}

/** `agent-registry publish`. */
export interface PublishCommand extends RegistryCommand {
  readonly type: "publish";
  readonly to: NatsUrl;
  readonly replicas: number | undefined;
  readonly once: boolean;
}

/** How `agent-registry check` writes. */
export type CheckFormat = (typeof FORMATS)[number];

/** `agent-registry check`. */
export interface CheckCommand extends RegistryCommand {
  readonly type: "check";
  readonly format: CheckFormat;
}

/** `agent-registry list`, and with a query `agent-registry search`. */
export interface ListCommand extends RegistryCommand {
  readonly type: "list";
  readonly query: string | undefined;
}

/** `agent-registry show`. */
export interface ShowCommand extends RegistryCommand {
  readonly type: "show";
  readonly id: string;
}

/** `agent-registry diff`: `paths` are the older and the newer file. */
export interface DiffCommand extends RegistryCommand {
  readonly type: "diff";
}

/** `agent-registry schema`. */
export interface SchemaCommand {
  readonly type: "schema";
  readonly options: CliOptions;
  readonly at: string | undefined;
}

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 7411;
const COMMANDS = "watch, serve, publish, check, list, search, show, diff or schema";
const FORMATS = ["text", "json", "github"] as const;

const flags = {
  once: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  format: { type: "string" },
  port: { type: "string" },
  host: { type: "string" },
  token: { type: "string" },
  write: { type: "boolean", default: false },
  redact: { type: "string", multiple: true },
  "no-frames": { type: "boolean", default: false },
  base: { type: "string" },
  to: { type: "string" },
  replicas: { type: "string" },
  ...registryFlags,
  help: { type: "boolean", short: "h", default: false },
  version: { type: "boolean", short: "v", default: false },
} satisfies ParseArgsConfig["options"];

type Flag = keyof typeof flags;

/** The flags that belong to one command; all others belong to every command. */
const own: Partial<Record<Flag, readonly string[]>> = {
  once: ["watch", "publish"],
  port: ["serve"],
  host: ["serve"],
  token: ["serve"],
  write: ["serve"],
  redact: ["serve"],
  "no-frames": ["serve"],
  base: ["serve"],
  to: ["publish"],
  replicas: ["publish"],
  "on-invalid": ["watch", "serve", "publish", "list", "search", "show"],
  "max-removed": ["watch", "serve", "publish"],
  cache: ["watch", "serve"],
  format: ["check"],
  poll: ["watch", "serve", "publish"],
  "poll-ms": ["watch", "serve", "publish"],
  "debounce-ms": ["watch", "serve", "publish"],
  "max-wait-ms": ["watch", "serve", "publish"],
};

/** Reads the command line. */
export function parseCommand(args: readonly string[]): Command {
  try {
    return toCommand(args);
  } catch (error) {
    return { type: "misuse", message: error instanceof Error ? error.message : String(error) };
  }
}

function toCommand(args: readonly string[]): Command {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    allowPositionals: true,
    tokens: true,
    options: flags,
  });
  if (values.help) return { type: "help" };
  if (values.version) return { type: "version" };
  const [name = "", ...words] = positionals;
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const commands = own[token.name as Flag];
    if (commands !== undefined && !commands.includes(name)) {
      throw new Error(`--${token.name} goes with ${commands.join(", ")} only`);
    }
  }
  const { json } = values;
  const options = toOptions(values);
  switch (name) {
    case "watch":
      return { type: "watch", paths: pathsFrom(words), options, json, once: values.once };
    case "serve":
      return {
        ...{ type: "serve", paths: pathsFrom(words), options, json },
        port: portOf(values),
        host: values.host ?? DEFAULT_HOST,
        token: values.token,
        write: values.write,
        redact: values.redact,
        frames: !values["no-frames"],
        base: values.base,
      };
    case "publish":
      return {
        ...{ type: "publish", paths: filesFrom(words), options, json, once: values.once },
        to: parseNatsUrl(values.to ?? ""),
        replicas: replicasOf(values),
      };
    case "check":
      return { type: "check", paths: pathsFrom(words), options, json, format: formatOf(values) };
    case "list":
      return { type: "list", paths: pathsFrom(words), options, json, query: undefined };
    case "search": {
      const [query, ...paths] = words;
      if (query === undefined) throw new Error("Expected a text to search for");
      return { type: "list", paths: pathsFrom(paths), options, json, query };
    }
    case "show": {
      const [id, ...paths] = words;
      if (id === undefined) throw new Error("Expected the id of an agent");
      return { type: "show", paths: pathsFrom(paths), options, json, id };
    }
    case "diff":
      if (words.length !== 2) throw new Error(`Expected two files to compare, got ${words.length}`);
      return { type: "diff", paths: pathsFrom(words), options, json };
    case "schema":
      if (words.length > 0) {
        throw new Error("Expected no path: the schema is the same for all files");
      }
      return { type: "schema", options, at: onePlace(values.at) };
    case "":
      throw new Error(`Expected a command: ${COMMANDS}`);
    default:
      throw new Error(`Unknown command "${name}": expected ${COMMANDS}`);
  }
}

function portOf({ port }: { port?: string | undefined }): number {
  if (port === undefined) return DEFAULT_PORT;
  if (/^\d+$/.test(port) && Number(port) <= 65_535) return Number(port);
  throw new Error(`Expected --port to be 0 to 65535, got "${port}"`);
}

function replicasOf({ replicas }: { replicas?: string | undefined }): number | undefined {
  if (replicas === undefined) return undefined;
  if (/^[1-5]$/.test(replicas)) return Number(replicas);
  throw new Error(`Expected --replicas to be 1 to 5, got "${replicas}"`);
}

function formatOf({ format, json }: { format?: string | undefined; json: boolean }): CheckFormat {
  const wanted = format ?? (json ? "json" : "text");
  const known = FORMATS.find((one) => one === wanted);
  if (known === undefined) {
    throw new Error(`Expected --format to be ${FORMATS.join(", ")}, got "${wanted}"`);
  }
  return known;
}

function onePlace([at, another]: readonly string[] = []): string | undefined {
  if (another === undefined && at?.split(".").includes("*") !== true) return at;
  throw new Error("Expected one --at without *: a JSON Schema is of one place");
}

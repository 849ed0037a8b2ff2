import { parse } from "yaml";
import {
  AgentSchema,
  AnyAgentSchema,
  type FileSourceOptions,
  type HttpHeaders,
  type LayoutOptions,
  maxRemoved,
  type RegistryOptions,
} from "../../../mod.ts";
import type { FlagValues } from "./flag-values.ts";
import { Misuse } from "./misuse.ts";

/** The schemas that the command line knows by name. */
const SCHEMAS = { agent: AgentSchema, any: AnyAgentSchema };

/** The options of a registry whose agents may have any fields. */
export type CliOptions = RegistryOptions<typeof AgentSchema | typeof AnyAgentSchema>;

/**
 * Turns flags into options. Whether text is one that the registry knows is for the registry to say.
 *
 * @throws {Misuse}
 */
export function toOptions(values: FlagValues): CliOptions {
  const both = {
    ...numberOf("pollMs", "poll-ms", values["poll-ms"]),
    ...numberOf("maxBytes", "max-bytes", values["max-bytes"]),
  };
  const files: FileSourceOptions = {
    ...(values.poll === true ? { watchMode: "poll" } : {}),
    ...both,
  };
  return {
    schema: schemaNamed(values.schema ?? "agent"),
    ...numberOf("debounceMs", "debounce-ms", values["debounce-ms"]),
    ...numberOf("maxWaitMs", "max-wait-ms", values["max-wait-ms"]),
    ...layoutOf(values),
    onInvalid: onInvalidNamed(values["on-invalid"]),
    guard: guardFor(values["max-removed"]),
    cache: cachePath(values.cache),
    files,
    http: { ...both, headers: headersOf(values.header) },
  };
}

function layoutOf({ at, id, body, documents, duplicates }: FlagValues): LayoutOptions {
  const known = (["reject", "first", "last"] as const).find((one) => one === duplicates);
  if (duplicates !== undefined && known === undefined) {
    throw new Misuse(`Expected --duplicates to be reject, first or last, got "${duplicates}"`);
  }
  if (id?.includes("") === true) throw new Misuse("Expected --id to name a field");
  if (body === "") throw new Misuse("Expected --body to name a field");
  return { at, id, body, documents: documents && filterOf(documents), duplicates: known };
}

function onInvalidNamed(how: string | undefined): CliOptions["onInvalid"] {
  if (how === undefined || how === "reject" || how === "isolate") return how;
  throw new Misuse(`Expected --on-invalid to be reject or isolate, got "${how}"`);
}

function guardFor(fraction: string | undefined): CliOptions["guard"] {
  if (fraction === undefined) return undefined;
  if (/^\d*\.?\d+$/.test(fraction)) return maxRemoved(Number(fraction));
  throw new Misuse(`Expected --max-removed to be a number from 0 to 1, got "${fraction}"`);
}

function cachePath(path: string | undefined): string | undefined {
  if (path === "") throw new Misuse("Expected --cache to be a path, got an empty one");
  return path;
}

function schemaNamed(name: string): typeof AgentSchema | typeof AnyAgentSchema {
  if (name === "agent" || name === "any") return SCHEMAS[name];
  throw new Misuse(`Expected --schema to be agent or any, got "${name}"`);
}

/** `kind=Agent` and `metadata.labels.tier=1` as `{ kind: "Agent", metadata: { labels: { tier: 1 } } }`. */
function filterOf(conditions: readonly string[]): Readonly<Record<string, unknown>> {
  const filter = emptyRecord();
  for (const condition of conditions) {
    const [path = "", ...rest] = condition.split("=");
    if (path === "" || rest.length === 0) {
      throw new Misuse(`Expected --documents to be such as kind=Agent, got "${condition}"`);
    }
    const keys = path.split(".");
    const last = keys.pop()!;
    const inner = keys.reduce<Record<string, unknown>>((at, key) => {
      const below = at[key] ??= emptyRecord();
      if (typeof below === "object" && below !== null) return below as Record<string, unknown>;
      throw new Misuse(`Expected --documents not to contradict each other, as "${condition}" does`);
    }, filter);
    inner[last] = parse(rest.join("="), { schema: "core" });
  }
  return filter;
}

/** `Authorization: Bearer x` as `{ Authorization: "Bearer x" }`. A message does not quote what may be secret. */
function headersOf(lines: readonly string[] = []): HttpHeaders {
  return Object.fromEntries(lines.map((line) => {
    const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw new Misuse("Expected --header to be such as 'Authorization: Bearer TOKEN'");
  }));
}

/** A record in which `__proto__` is a key like any other. */
function emptyRecord(): Record<string, unknown> {
  return Object.create(null);
}

function numberOf<K extends string>(
  key: K,
  flag: string,
  text: string | undefined,
): { [P in K]?: number } {
  if (text === undefined) return {};
  if (!/^\d+$/.test(text)) throw new Misuse(`Expected --${flag} to be a number, got "${text}"`);
  return { [key]: Number(text) } as { [P in K]: number };
}

import type { LayoutOptions } from "../decode/layout-options.ts";
import type { Guard } from "../pipeline/guard.ts";
import type { Logger } from "../logging/logger.ts";
import type { AgentOf, SchemaOption } from "../model/agent/agent-of.ts";
import type { AgentSchema } from "../model/agent/agent-schema.ts";
import { checkOptionNames, kindOf } from "../model/report/option-names.ts";
import type { OnInvalid } from "../pipeline/outcome.ts";
import type { FileSourceOptions } from "../source/file-source.ts";
import type { HttpSourceOptions } from "../source/http-source.ts";
import type { RegistrySource } from "../source/registry-source.ts";

/**
 * Where a registry comes from: the path or `file:` URL of a file or directory, a glob, the http or https
 * URL of a document, several of those, or a source. What each means is told at {@linkcode fileSource} and
 * {@linkcode httpSource}.
 */
export type RegistryInput = string | URL | readonly (string | URL)[] | RegistrySource;

/** How a registry is opened. Every option has a default. */
export interface RegistryOptions<S extends SchemaOption = typeof AgentSchema>
  extends LayoutOptions {
  /**
   * The schema of one agent: a TypeBox object schema, or a validator of any library that follows
   * Standard Schema, such as zod, valibot and arktype. See {@linkcode SchemaOption}.
   * @default AgentSchema
   */
  readonly schema?: S | undefined;
  /** Whether to watch for changes from the start. @default true */
  readonly watch?: boolean | undefined;
  /**
   * The quiet time before a reload, in milliseconds: a burst of changes is one reload.
   * @default the file's own `config.hot_reload.debounce_ms`, else 250
   */
  readonly debounceMs?: number | undefined;
  /**
   * A reload happens at least this often under constant writing, in milliseconds; never less than the
   * quiet time.
   * @default 2_000
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * What happens to a change with invalid agents: `"reject"` refuses all of it, `"isolate"` applies what
   * is good, keeps a broken agent at its last good version, marked in `snapshot.stale`, and leaves it out
   * if there was none. A file that cannot be read keeps all of its agents.
   * @default "reject"
   */
  readonly onInvalid?: OnInvalid | undefined;
  /**
   * Has the last word before a reload makes a new snapshot the served one: see {@linkcode Guard}, and
   * `maxRemoved` for one that is ready-made.
   * @default none
   */
  readonly guard?: Guard<AgentOf<NoInfer<S>>> | undefined;
  /**
   * How many reload events, and how many snapshots to go back to by `rollback`, are kept. Snapshots
   * share what did not change. 0 keeps none.
   * @default 50
   */
  readonly history?: number | undefined;
  /**
   * What happens when the first load fails: `true` rejects with a `RegistryLoadError`, `false` opens
   * empty, as revision 0, and waits for a good file. One that succeeds in part (`onInvalid: "isolate"`)
   * has not failed.
   * @default true
   */
  readonly required?: boolean | undefined;
  /**
   * A file, by path or `file:` URL, that keeps the last good documents: with a broken source at start,
   * the registry opens from it, and `status.inSync` is false. It is written after every good reload,
   * atomically and for its owner only (mode 0600), and holds the documents as they are, secrets included.
   * A missing directory is created. A file that is no cache is never replaced, and none above 256 MiB is
   * read or written.
   * Whatever is wrong with it is a warning, never an exception. Under Deno it needs `--allow-write` for
   * its directory.
   * @default none: nothing is ever written
   */
  readonly cache?: string | URL | undefined;
  /** Where to log to, or `false` for nowhere. @default the console: warnings, errors, and that they are over */
  readonly logger?: Logger | false | undefined;
  /** Aborting it closes the registry, and rejects with its reason while it is still being opened. */
  readonly signal?: AbortSignal | undefined;
  /** What only files have. Not for a source that is given ready-made. */
  readonly files?: FileSourceOptions | undefined;
  /** What only URLs have. Not for a source that is given ready-made. */
  readonly http?: HttpSourceOptions | undefined;
}

/** Timers that are longer than this, in milliseconds, fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** All names there are; the compiler knows when one is missing. */
const FILE_OPTIONS: Readonly<Record<keyof FileSourceOptions, true>> = {
  watchMode: true,
  pollMs: true,
  maxBytes: true,
  persistent: true,
  extensions: true,
  ignore: true,
};
const HTTP_OPTIONS: Readonly<Record<keyof HttpSourceOptions, true>> = {
  pollMs: true,
  timeoutMs: true,
  maxBytes: true,
  headers: true,
  fetch: true,
};
const OPTIONS: Readonly<Record<keyof RegistryOptions, true | Readonly<Record<string, true>>>> = {
  at: true,
  id: true,
  body: true,
  documents: true,
  extract: true,
  formats: true,
  duplicates: true,
  variables: true,
  schema: true,
  watch: true,
  debounceMs: true,
  maxWaitMs: true,
  onInvalid: true,
  guard: true,
  history: true,
  required: true,
  cache: true,
  logger: true,
  signal: true,
  files: FILE_OPTIONS,
  http: HTTP_OPTIONS,
};

/** Throws where an option cannot be meant. The schema is left to the decoder, which has to know it. */
export function checkOptions<S extends SchemaOption>(options: RegistryOptions<S>): void {
  checkOptionNames(options, OPTIONS);
  for (const name of ["watch", "required"] as const) {
    const value = options[name];
    if (value === undefined || typeof value === "boolean") continue;
    throw new TypeError(`Expected ${name} to be true or false, got ${typeof value}`);
  }
  const { onInvalid, guard, history, cache, signal } = options;
  if (signal !== undefined && !isSignal(signal)) {
    const hint = isSignal(Reflect.get(Object(signal), "signal")) ? ": pass its `signal`" : "";
    throw new TypeError(`Expected signal to be an AbortSignal, got ${kindOf(signal)}${hint}`);
  }
  if (cache !== undefined && !isFilePath(cache)) {
    throw new TypeError(`Expected cache to be a path or a file: URL, got ${describe(cache)}`);
  }
  if (onInvalid !== undefined && onInvalid !== "reject" && onInvalid !== "isolate") {
    throw new TypeError(`Expected onInvalid to be "reject" or "isolate", got ${onInvalid}`);
  }
  if (guard !== undefined && typeof guard !== "function") {
    throw new TypeError(`Expected guard to be a function, got ${typeof guard}`);
  }
  if (history !== undefined && typeof history !== "number") {
    throw new TypeError(`Expected history to be a number, got ${typeof history}`);
  }
  if (history !== undefined && !(Number.isInteger(history) && history >= 0)) {
    throw new RangeError(`Expected history to be a whole number from 0 on, got ${history}`);
  }
  for (const name of ["debounceMs", "maxWaitMs"] as const) {
    const value = options[name];
    if (value === undefined) continue;
    if (typeof value !== "number") {
      throw new TypeError(`Expected ${name} to be a number, got ${typeof value}`);
    }
    if (!(value >= 0 && value <= MAX_TIMER_MS)) {
      throw new RangeError(
        `Expected ${name} to be 0 to ${MAX_TIMER_MS} milliseconds, got ${value}`,
      );
    }
  }
}

/** By what is used of it: it may be one of another realm, or of a library. */
function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value &&
    "addEventListener" in value && "throwIfAborted" in value;
}

function isFilePath(value: unknown): boolean {
  return value instanceof URL
    ? value.protocol === "file:"
    : typeof value === "string" && value !== "";
}

function describe(value: unknown): string {
  return value === "" ? "an empty text" : value instanceof URL ? value.href : typeof value;
}

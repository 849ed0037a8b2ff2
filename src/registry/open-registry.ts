import {
  BehaviorSubject,
  defer,
  distinctUntilKeyChanged,
  identity,
  map,
  NEVER,
  type Observable,
  skipWhile,
  take,
} from "rxjs";
import type { AgentRegistry } from "./agent-registry.ts";
import { LiveRegistry } from "./live-registry.ts";
import type { AgentOf, SchemaOption } from "../model/agent/agent-of.ts";
import type { AgentSchema } from "../model/agent/agent-schema.ts";
import { RegistryLoadError } from "../model/report/registry-load-error.ts";
import { pipeline$ } from "../pipeline/pipeline.ts";
import { pipelineSettings } from "./options/pipeline-settings.ts";
import { checkOptions, type RegistryInput, type RegistryOptions } from "./registry-options.ts";
import { RegistryCache } from "../cache/registry-cache.ts";
import type { RegistryState } from "../pipeline/status-of.ts";
import { cacheFile } from "../cache/cache-file.ts";
import { fileSource, type FileSourceOptions, REGISTRY_EXTENSIONS } from "../source/file-source.ts";
import { combinedSource } from "../source/combined-source.ts";
import { isHttpUrl } from "../source/http/http-target.ts";
import { httpSource, type HttpSourceOptions } from "../source/http-source.ts";
import type { RegistrySource } from "../source/registry-source.ts";

/** How many reload events and snapshots are kept. */
const DEFAULT_HISTORY = 50;

/**
 * Opens a registry and follows it.
 *
 * Resolves after the first load. From then on every edit of the files becomes a new snapshot, as a
 * whole or not at all: what is invalid is reported on `reload$` and in `status`, and the last good
 * snapshot stays (with `onInvalid: "isolate"` the last good agents). Close it, by `close()`, `await using` or an `AbortSignal`, to let the process end.
 *
 * @param input the file or URL, or several, or a source
 * @param options see {@linkcode RegistryOptions}
 * @returns the registry, loaded
 * @throws {RegistryLoadError} if the first load fails, unless `required` is false or the `cache` helps
 * @throws {TypeError} if the input or an option is not of its type
 * @throws {RangeError} if an option is out of its range
 * @throws the signal's reason, if it is aborted before the registry is open
 *
 * @example Read now, and be told of every change
 * ```ts
 * import { openRegistry } from "@agent-registry/rx";
 *
 * await using registry = await openRegistry("examples/agent_registry.yaml");
 * registry.reload$.subscribe((event) => console.log(String(event)));
 * const production = registry.snapshot.list({ category: "production" });
 * console.assert(production.length > 0);
 * ```
 */
export async function openRegistry<S extends SchemaOption = typeof AgentSchema>(
  input: RegistryInput,
  options: RegistryOptions<S> = {},
): Promise<AgentRegistry<AgentOf<S>>> {
  checkOptions(options);
  const { signal, required = true } = options;
  signal?.throwIfAborted();
  const settings = settingsOf(input, options);
  const { name = "(source)" } = settings.source;
  const registry = new LiveRegistry<AgentOf<S>>({
    ...settings,
    cache: options.cache === undefined
      ? undefined
      : new RegistryCache(cacheFile(options.cache), name),
    watch: options.watch ?? true,
    required,
    history: options.history ?? DEFAULT_HISTORY,
    logger: options.logger,
  });
  const abort = (): void => void registry.close();
  signal?.addEventListener("abort", abort, { once: true });
  // A source may have aborted it while it was subscribed or read.
  if (signal?.aborted === true) abort();
  registry.status$.subscribe({ complete: () => signal?.removeEventListener("abort", abort) });

  const status = await registry.loaded();
  if (signal?.aborted === true || status === undefined) {
    await registry.close();
    throw signal?.reason;
  }
  const first = status.lastReload;
  if (required && first?.type === "rejected" && first.revision === 0) {
    await registry.close();
    throw new RegistryLoadError(first.issues);
  }
  return registry;
}

/**
 * The same pipeline as a cold Observable, for those who compose.
 *
 * Replays nothing: every subscription watches on its own, starts with the state after its first load,
 * and lets go of everything when it is unsubscribed. Never errors: a first load that fails gives
 * revision 0 with the issues in `status`. Completes only with `watch: false`, after that first state.
 * Emits once a reload, and when the way of watching changes.
 *
 * ```text
 * file:            -ok------broken---------ok'---
 * registryState$:  -1-------(1, issues)----2-----
 * ```
 *
 * The options `required`, `history`, `cache`, `logger` and `signal` have no meaning here.
 *
 * @throws {TypeError} at once, if the input or an option is not of its type
 * @throws {RangeError} at once, if an option is out of its range
 *
 * @example
 * ```ts
 * import { distinctUntilChanged, firstValueFrom, map } from "rxjs";
 * import { registryState$ } from "@agent-registry/rx";
 *
 * const owners$ = registryState$("examples/agent_registry.yaml").pipe(
 *   map(({ snapshot }) => snapshot),
 *   distinctUntilChanged(),
 *   map((snapshot) => snapshot.values("owner")),
 * );
 * console.assert((await firstValueFrom(owners$)).size > 0);
 * ```
 */
export function registryState$<S extends SchemaOption = typeof AgentSchema>(
  input: RegistryInput,
  options: RegistryOptions<S> = {},
): Observable<RegistryState<AgentOf<S>>> {
  checkOptions(options);
  // Made once here only to throw at once; each subscription has a source and a decoder of its own.
  settingsOf(input, options);
  const watch = options.watch ?? true;
  return defer(() => {
    const settings = settingsOf(input, options);
    return pipeline$<AgentOf<S>>({
      ...settings,
      watch$: new BehaviorSubject(watch),
      request$: NEVER,
    });
  }).pipe(
    skipWhile(({ status }) => status.lastReload === undefined),
    distinctUntilKeyChanged("status"),
    watch ? identity : take(1),
    map(({ snapshot, status }) => Object.freeze({ snapshot, status })),
  );
}

function settingsOf<S extends SchemaOption>(input: RegistryInput, options: RegistryOptions<S>) {
  return { source: toSource(input, options), ...pipelineSettings(options) };
}

function toSource<S extends SchemaOption>(
  input: RegistryInput,
  { files, http, formats = {} }: RegistryOptions<S>,
): RegistrySource {
  if (isSource(input)) {
    const given = files !== undefined ? "files" : http !== undefined ? "http" : undefined;
    if (given === undefined) return input;
    throw new TypeError(
      `Expected no \`${given}\` options beside a source: give them to the source`,
    );
  }
  if (typeof input === "string" || input instanceof URL || Array.isArray(input)) {
    const extensions = [...REGISTRY_EXTENSIONS, ...Object.keys(formats)];
    const fileOptions = { ...files, extensions: files?.extensions ?? extensions };
    return inputSource([input].flat(), fileOptions, http);
  }
  throw new TypeError(
    `Expected a path, a file:, http: or https: URL, a list of them, or a source, got ${input}`,
  );
}

/** A source for each run of files or of URLs, so that documents come in the order of the inputs. */
function inputSource(
  inputs: readonly (string | URL)[],
  files: FileSourceOptions,
  http: HttpSourceOptions | undefined,
): RegistrySource {
  const runs: (string | URL)[][] = [];
  inputs.forEach((input, at) => {
    if (at > 0 && isHttpUrl(input) === isHttpUrl(inputs[at - 1])) runs.at(-1)!.push(input);
    else runs.push([input]);
  });
  if (runs.length === 0) return fileSource([], files);
  return combinedSource(
    runs.map((run) => isHttpUrl(run[0]) ? httpSource(run, http) : fileSource(run, files)),
  );
}

function isSource(input: RegistryInput): input is RegistrySource {
  return typeof input === "object" && input !== null && "change$" in input && "read" in input;
}

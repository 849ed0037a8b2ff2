import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Observable } from "rxjs";
import type { Issue } from "../model/issue.ts";
import type { WatchedFile } from "./file-check.ts";
import { readState, stampOf } from "./file-state.ts";
import { FileWatch, type FileWatchOptions } from "./file-watch.ts";
import { inBatches } from "./in-batches.ts";
import { ReadLog } from "./read-log.ts";
import { readWhole } from "./read-whole.ts";
import type { ReadRequest, RegistrySource, SourceChange } from "./registry-source.ts";
import type { SourceDocument, SourceReading } from "../model/source-reading.ts";

/** What only files have. */
export interface FileSourceOptions {
  /**
   * `auto` uses the file events of the operating system, with polling beside them as a safety net and
   * as the way out where there are none; `poll` polls only.
   * @default "auto", or "poll" when chokidar's CHOKIDAR_USEPOLLING is set
   */
  readonly watchMode?: "auto" | "poll" | undefined;
  /** How often to poll, in milliseconds. @default 2_000 */
  readonly pollMs?: number | undefined;
  /** The largest file that is read, in bytes. @default 67_108_864 (64 MiB) */
  readonly maxBytes?: number | undefined;
  /** Whether watching keeps the process alive. @default true */
  readonly persistent?: boolean | undefined;
}

/** Timers that are longer than this, in milliseconds, fire at once. */
const MAX_TIMER_MS = 2_147_483_647;
/** How many files are read side by side. */
const BATCH = 16;

/**
 * Makes a source of files. `openRegistry` makes one itself when it is given paths.
 *
 * Needs read access to the files and to the directories that hold them; under Deno `--allow-read`.
 *
 * @param paths one or more paths or `file:` URLs; a relative path is taken from the working directory
 * @throws {TypeError} if there is no path, or an URL is not a `file:` URL
 * @throws {RangeError} if `pollMs` or `maxBytes` is not a positive number
 *
 * @example
 * ```ts
 * import { fileSource, openRegistry } from "@agent-registry/rx";
 *
 * const source = fileSource("examples/agent_registry.yaml", { pollMs: 500 });
 * await using registry = await openRegistry(source);
 * console.assert(registry.snapshot.agents.size > 0);
 * ```
 */
export function fileSource(
  paths: string | URL | readonly (string | URL)[],
  options: FileSourceOptions = {},
): RegistrySource {
  const files = [paths].flat().map(toFile);
  if (files.length === 0) throw new TypeError("Expected at least one path, got an empty list");
  const settings: FileWatchOptions = {
    watchMode: options.watchMode ?? defaultWatchMode(),
    pollMs: positive("pollMs", options.pollMs ?? 2_000, MAX_TIMER_MS),
    maxBytes: positive("maxBytes", options.maxBytes ?? 64 * 1024 * 1024),
    persistent: options.persistent ?? true,
  };
  const log = new ReadLog();
  const closing = new Set<Promise<void>>();
  return {
    name: files.map(({ path }) => path).join(", "),
    change$: new Observable<SourceChange>((subscriber) => {
      const watch = new FileWatch(files, log, settings, (change) => subscriber.next(change));
      return () => {
        const closed: Promise<void> = watch.close().finally(() => closing.delete(closed));
        closing.add(closed);
      };
    }),
    read: (request) =>
      new Observable<SourceReading>((subscriber) => {
        const { signal } = abortedBy(subscriber);
        readFiles(files, settings.maxBytes, request, log, signal).then(
          (reading) => {
            subscriber.next(reading);
            subscriber.complete();
          },
          (error) => subscriber.error(error),
        );
      }),
    released: async () => {
      await Promise.all(closing);
    },
  };
}

async function readFiles(
  files: readonly WatchedFile[],
  maxBytes: number,
  { quietMs }: ReadRequest,
  log: ReadLog,
  signal: AbortSignal,
): Promise<SourceReading> {
  const documents: SourceDocument[] = [];
  const issues: Issue[] = [];
  const states = await inBatches(files, BATCH, ({ path, name }) =>
    readWhole({
      stamp: () => stampOf(path),
      read: () => readState(path, name, maxBytes),
      sleep: (ms) => sleep(ms, undefined, { signal }),
      now: Date.now,
    }, quietMs));
  for (const [at, state] of states.entries()) {
    const { path, name } = files[at]!;
    log.note(path, state);
    if (state.type === "problem") issues.push(state.issue);
    else if (state.still) documents.push({ path: name, content: state.bytes });
    else issues.push(neverStill(name));
  }
  return { documents, issues };
}

function neverStill(path: string): Issue {
  const message = "The file is being written to without a pause: it is read at its next change";
  return Object.freeze({ code: "file-unreadable", severity: "error", message, path });
}

function abortedBy(subscriber: { add(teardown: () => void): void }): AbortController {
  const controller = new AbortController();
  // Each file that is waited for listens to it; Node would warn of a leak.
  setMaxListeners(BATCH, controller.signal);
  subscriber.add(() => controller.abort());
  return controller;
}

function toFile(input: string | URL): WatchedFile {
  if (typeof input !== "string" && !(input instanceof URL)) {
    throw new TypeError(`Expected a path or a file: URL, got ${typeof input}`);
  }
  const name = typeof input === "string" ? input : fileURLToPath(input);
  if (name === "") throw new TypeError("Expected a path, got an empty string");
  return { path: resolve(name), name };
}

function positive(name: string, value: number, most = Infinity): number {
  if (typeof value !== "number") {
    throw new TypeError(`Expected ${name} to be a number, got ${typeof value}`);
  }
  if (!(value > 0)) throw new RangeError(`Expected ${name} to be more than 0, got ${value}`);
  if (value > most) throw new RangeError(`Expected ${name} to be at most ${most}, got ${value}`);
  return value;
}

/** chokidar's own switch, for people whose file system needs polling everywhere. */
function defaultWatchMode(): "auto" | "poll" {
  try {
    const value = globalThis.process?.env["CHOKIDAR_USEPOLLING"]?.toLowerCase();
    return value === undefined || ["", "0", "false"].includes(value) ? "auto" : "poll";
  } catch {
    // Deno without permission to read the environment.
    return "auto";
  }
}

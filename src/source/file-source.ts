import { setMaxListeners } from "node:events";
import { Observable } from "rxjs";
import type { SourceReading } from "../model/report/source-reading.ts";
import { toFileInput } from "./find/file-input.ts";
import { parseGlobs } from "./find/glob.ts";
import { FileWatch, type FileWatchOptions } from "./watch/file-watch.ts";
import { READ_BATCH, readFiles } from "./read/read-files.ts";
import { ReadLog } from "./read/read-log.ts";
import { MAX_BYTES } from "./max-bytes.ts";
import type { RegistrySource, SourceChange } from "./registry-source.ts";

/** What only files have. */
export interface FileSourceOptions {
  /**
   * `auto` uses the file events of the operating system, and polls as well, as a safety net and for file
   * systems without events; `poll` polls only.
   * @default "auto", or "poll" when chokidar's CHOKIDAR_USEPOLLING is set
   */
  readonly watchMode?: "auto" | "poll" | undefined;
  /** How often to poll, in milliseconds. @default 2_000 */
  readonly pollMs?: number | undefined;
  /** The largest file that is read, in bytes. @default 67_108_864 (64 MiB) */
  readonly maxBytes?: number | undefined;
  /** Whether watching keeps the process alive. @default true */
  readonly persistent?: boolean | undefined;
  /**
   * How the names of registry files end, in upper or lower case: what is searched for in directories, and
   * by globs that do not say how a name ends. A file that is named is read whatever its name.
   * @default [".yaml", ".yml", ".json", ".md"], and those of the registry's option `formats`
   */
  readonly extensions?: readonly string[] | undefined;
  /**
   * Globs of files and directories that searches skip. They are relative to the directory that is searched,
   * for a glob the one before its first wildcard: `drafts` skips that directory and all in it, `x*.yaml`
   * such files at the top, and the same after `**` and a slash at any depth. Files that are named are read.
   * @default []
   */
  readonly ignore?: string | readonly string[] | undefined;
}

/** Timers longer than this, in milliseconds, fire at once. */
const MAX_TIMER_MS = 2_147_483_647;
/** How names of registry files end. */
export const REGISTRY_EXTENSIONS: readonly string[] = [".yaml", ".yml", ".json", ".md"];

/**
 * Creates a source of files. `openRegistry` creates one itself when it is given paths.
 *
 * | input | means |
 * |---|---|
 * | `agents.yaml` | that file, whether it exists or not; the files below it while it is a directory |
 * | `agents/` | every registry file in the directory and below; never a file |
 * | `teams/*.yaml`, `agents/**`, `{a,b}/[0-9]?.md` | the files that match, by picomatch's rules |
 * | `agents[1].yaml` | the file or directory of exactly this name while one exists, else a glob |
 *
 * Files and directories may appear, disappear, be moved, and replace each other at any time. Documents
 * come in the order of the inputs, then of their paths; a file that several inputs match is read once,
 * under the name that the first of them gives it.
 *
 * Directories and globs skip hidden names, what editors leave behind (`*~`, `*.swp`, `*.tmp`,
 * `*.bak`, `*.orig`, `#*#`, `4913`, `*___jb_tmp___`), `node_modules`, and Markdown that documents its
 * directory (`README.md`, `CHANGELOG.md`, `CONTRIBUTING.md`, `LICENSE.md`, `CODE_OF_CONDUCT.md`,
 * `SECURITY.md`), unless a glob spells such a name out: `.agents/*.yaml`. Symbolic links are followed,
 * but not back to a directory that led to them.
 *
 * A name that is not valid UTF-8, or that has control characters, is skipped with a warning
 * (`bad-encoding`). A missing directory is an issue, `file-missing`, as a missing file is; so are a directory that may
 * not be listed (`file-unreadable`), more than 100,000 entries (`too-large`), and no file at all
 * (`missing-agents`). A directory without any is none while other inputs have documents.
 *
 * A file that is named is read at each reading. One that a search has found is read again when its device,
 * inode, mode, size, mtime or ctime is another, or was younger than two seconds at the last reading, as git
 * does it. For file systems on which these cannot be trusted, a watch compares the bytes at every fifth poll.
 *
 * Needs read access to the files and to the directories that hold them; under Deno `--allow-read`.
 *
 * A path that starts with a drive letter or `\\` is never a glob; on Windows, write globs with `/`.
 *
 * @param paths one or more paths, globs or `file:` URLs; relative to the working directory
 * @throws {TypeError} if there is no path, a URL is not a `file:` URL, or an option has the wrong type
 * @throws {RangeError} if `pollMs` or `maxBytes` is not a positive number, an extension has no dot, or
 *   the braces of a glob stand for more than 1,000 patterns
 *
 * @example
 * ```ts
 * import { fileSource, openRegistry } from "@agent-registry/rx";
 *
 * const source = fileSource("examples/*_registry.yaml", { pollMs: 500 });
 * await using registry = await openRegistry(source);
 * console.assert(registry.snapshot.agents.size > 0);
 * ```
 */
export function fileSource(
  paths: string | URL | readonly (string | URL)[],
  options: FileSourceOptions = {},
): RegistrySource {
  const extensions = toExtensions(options.extensions ?? REGISTRY_EXTENSIONS);
  const ignored = parseGlobs(...toIgnore(options.ignore));
  const inputs = [paths].flat().map((path) => toFileInput(path, { extensions, ignored }));
  if (inputs.length === 0) throw new TypeError("Expected at least one path, got an empty list");
  const settings: FileWatchOptions = {
    watchMode: options.watchMode ?? defaultWatchMode(),
    pollMs: positive("pollMs", options.pollMs ?? 2_000, MAX_TIMER_MS),
    maxBytes: positive("maxBytes", options.maxBytes ?? MAX_BYTES),
    persistent: options.persistent ?? true,
  };
  const log = new ReadLog();
  const closing = new Set<Promise<void>>();
  return {
    // Of two spellings of one path the documents have different names.
    name: inputs.map(({ path, name }) => name === path ? path : `${path} (${name})`).join(", "),
    change$: new Observable<SourceChange>((subscriber) => {
      const watch = new FileWatch(inputs, log, settings, (change) => subscriber.next(change));
      return () => {
        const closed: Promise<void> = watch.close().finally(() => closing.delete(closed));
        closing.add(closed);
      };
    }),
    read: ({ quietMs, maxWaitMs = 2_000 }) =>
      new Observable<SourceReading>((subscriber) => {
        const controller = new AbortController();
        const { signal } = controller;
        // Each file that is waited for listens to it; Node would warn about a leak.
        setMaxListeners(READ_BATCH, signal);
        let isRead = false;
        const options = { maxBytes: settings.maxBytes, quietMs, maxWaitMs, signal };
        readFiles(inputs, log, options).then(
          (reading) => {
            isRead = true;
            subscriber.next(reading);
            subscriber.complete();
          },
          (error) => subscriber.error(error),
        );
        // Aborting takes long enough to avoid it.
        return () => isRead || controller.abort();
      }),
    released: async () => {
      await Promise.all(closing);
    },
  };
}

function toExtensions(extensions: readonly string[]): readonly string[] {
  if (extensions.length === 0) throw new RangeError("Expected at least one extension, got none");
  for (const extension of extensions) {
    if (/^\.[^/\\]+$/.test(extension)) continue;
    throw new RangeError(`Expected an extension with its dot, such as ".yaml", got "${extension}"`);
  }
  return extensions.map((extension) => extension.toLowerCase());
}

function toIgnore(ignore: FileSourceOptions["ignore"] = []): readonly string[] {
  const globs = typeof ignore === "string" ? [ignore] : ignore;
  if (Array.isArray(globs) && globs.every((glob) => typeof glob === "string")) return globs;
  throw new TypeError("Expected ignore to be a glob or a list of globs");
}

function positive(name: string, value: number, most = Infinity): number {
  if (typeof value !== "number") {
    throw new TypeError(`Expected ${name} to be a number, got ${typeof value}`);
  }
  if (!(value > 0)) throw new RangeError(`Expected ${name} to be more than 0, got ${value}`);
  if (value > most) throw new RangeError(`Expected ${name} to be at most ${most}, got ${value}`);
  return value;
}

/** chokidar's switch, for people whose file system always needs polling. */
function defaultWatchMode(): "auto" | "poll" {
  try {
    const value = globalThis.process?.env["CHOKIDAR_USEPOLLING"]?.toLowerCase();
    return value === undefined || ["", "0", "false"].includes(value) ? "auto" : "poll";
  } catch {
    // Deno without permission to read the environment.
    return "auto";
  }
}

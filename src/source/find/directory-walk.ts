import type { Dirent } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Issue, IssueCode } from "../../model/report/issue.ts";
import { printable } from "../../text/printable.ts";
import { BAD_NAME, isBadName } from "./bad-name.ts";
import { errorCode, isMissing } from "./error-code.ts";
import { type FileSearch, shownRoot } from "./file-input.ts";
import { advance, type GlobMatch, type GlobState, literalNames } from "./glob.ts";
import { isDocumentation, isIgnoredName } from "./ignored-name.ts";
import { inBatches } from "./in-batches.ts";

/** A path that a search visited; files may appear and disappear there. */
export interface VisitedPath {
  readonly path: string;
  /** Whether the directory was listed; if not, only whether it exists matters. */
  readonly listed: boolean;
}

/** A file, whether it exists or not. */
export interface FilePath {
  /** Absolute path. */
  readonly path: string;
  /** The path as it is shown to the user. */
  readonly name: string;
}

/** A file that an input means. */
export interface FoundFile extends FilePath {
  /** Named by the user; in a directory that was listed; a symbolic link there, to a file or to nothing. */
  readonly by: "named" | "listed" | "linked" | "dangling";
}

/** A directory that a walk has reached. */
interface Directory {
  readonly path: string;
  /** What precedes a name in it when it is shown to the user. */
  readonly prefix: string;
  /** Its path without symbolic links. */
  readonly real: string;
  /** The directory that led to it. */
  readonly parent: Directory | undefined;
  readonly glob: GlobState;
  readonly ignored: GlobState;
}

/** What a name in a directory leads to. */
interface Entry {
  readonly type: "directory" | "file" | "dangling" | "missing" | "unreadable";
  readonly isLink: boolean;
}

/** More entries than this, in all directories of one input, are a mistake such as `/`. */
const MAX_ENTRIES = 100_000;
/** How many directories, and links in each, are looked at side by side. */
const BATCH = 16;

/** One walk through a directory and all below it, in search of files. */
export class DirectoryWalk {
  readonly files: FoundFile[] = [];
  readonly issues: Issue[] = [];
  readonly visited: VisitedPath[] = [];
  readonly #search: FileSearch;
  #entries = 0;

  constructor(search: FileSearch) {
    this.#search = search;
  }

  /** Never throws: what goes wrong is an issue. Returns itself. */
  async run(): Promise<this> {
    const { root: path, prefix, glob, ignored } = this.#search;
    const real = await realpath(path).catch(() => path);
    let level: readonly Directory[] = [
      { path, prefix, real, parent: undefined, glob, ignored },
    ];
    while (level.length > 0 && this.#entries <= MAX_ENTRIES) {
      level = (await inBatches(level, BATCH, (directory) => this.#visit(directory))).flat();
    }
    if (this.#entries > MAX_ENTRIES) {
      const message = `More than ${MAX_ENTRIES} entries to search: name a smaller directory`;
      this.#report("error", "too-large", message, shownRoot(this.#search));
      // They are not all, and reading them would take long.
      this.files.length = 0;
    }
    return this;
  }

  /** Collects the files of a directory, and returns the directories to go on with. */
  async #visit(directory: Directory): Promise<readonly Directory[]> {
    const { path, glob } = directory;
    const names = literalNames(glob);
    if (names === undefined) return await this.#list(directory);
    const below = await inBatches(names, BATCH, async (name) => {
      this.visited.push({ path: join(path, name), listed: false });
      return this.#take(directory, name, await lookAt(join(path, name)), advance(glob, name));
    });
    return below.flat();
  }

  async #list(directory: Directory): Promise<readonly Directory[]> {
    const { path, prefix, glob } = directory;
    this.visited.push({ path, listed: true });
    let entries: readonly Dirent[];
    try {
      entries = await readdir(path, { withFileTypes: true });
    } catch (error) {
      // A subdirectory may be removed after its parent was listed.
      if (directory.parent === undefined || !isMissing(error)) {
        this.#report("error", ...listingIssue(error), prefix || shownRoot(this.#search));
      }
      return [];
    }
    this.#entries += entries.length;
    const below: (readonly Directory[])[] = [];
    const links: (readonly [string, GlobMatch])[] = [];
    for (const entry of entries) {
      const { name } = entry;
      const match = advance(glob, name, isIgnoredName(name));
      if (match.file === undefined && match.below.size === 0) continue;
      if (entry.isSymbolicLink()) links.push([name, match]);
      else {
        const type = entry.isDirectory() ? "directory" : "file";
        below.push(await this.#take(directory, name, { type, isLink: false }, match));
      }
    }
    const linked = await inBatches(
      links,
      BATCH,
      async ([name, match]) => this.#take(directory, name, await lookAt(join(path, name)), match),
    );
    return [...below, ...linked].flat();
  }

  async #take(
    directory: Directory,
    name: string,
    { type, isLink }: Entry,
    { file, below }: GlobMatch,
  ): Promise<readonly Directory[]> {
    const path = join(directory.path, name);
    const shown = directory.prefix + name;
    const ignored = advance(directory.ignored, name);
    const isWanted = type === "directory"
      ? below.size > 0
      : isRegistryFile(file, name, this.#search.extensions);
    if (ignored.file !== undefined || type === "missing") return [];
    if (isWanted && await isBadName(path, name)) {
      this.#report("warning", "bad-encoding", BAD_NAME, printable(shown));
      return [];
    }
    if (type === "directory") {
      if (!isWanted) return [];
      const real = isLink ? await realpath(path).catch(() => path) : join(directory.real, name);
      const next = {
        path,
        prefix: `${shown}/`,
        real,
        parent: directory,
        glob: below,
        ignored: ignored.below,
      };
      return isLoop(next) ? [] : [next];
    }
    if (isWanted) {
      const by = type === "dangling" ? type : isLink ? "linked" : "listed";
      this.files.push({ path, name: shown, by });
    } else if (type === "unreadable" && below.size > 0) {
      this.#report("error", "file-unreadable", "No permission to see where the link leads", shown);
    }
    return [];
  }

  #report(severity: Issue["severity"], code: IssueCode, message: string, path: string): void {
    this.issues.push(Object.freeze({ code, severity, message, path }));
  }
}

/** Whether a file that matches a glob so is one to read. */
export function isRegistryFile(
  match: GlobMatch["file"],
  name: string,
  extensions: readonly string[],
): boolean {
  if (match === undefined || match === "literal") return match === "literal";
  return !isDocumentation(name) && !isIgnoredName(name) &&
    (match === "extension" || hasExtension(name, extensions));
}

export function hasExtension(name: string, extensions: readonly string[]): boolean {
  return extensions.some((extension) => name.toLowerCase().endsWith(extension));
}

/** Whether links have led back to a directory that led here. */
function isLoop({ real, parent }: Directory): boolean {
  for (let before = parent; before !== undefined; before = before.parent) {
    if (before.real === real) return true;
  }
  return false;
}

async function lookAt(path: string): Promise<Entry> {
  let isLink = false;
  try {
    isLink = (await lstat(path)).isSymbolicLink();
    return { type: (await stat(path)).isDirectory() ? "directory" : "file", isLink };
  } catch (error) {
    const leadsNowhere = isMissing(error) || errorCode(error) === "ELOOP";
    return { type: !leadsNowhere ? "unreadable" : isLink ? "dangling" : "missing", isLink };
  }
}

function listingIssue(error: unknown): readonly [IssueCode, string] {
  const code = errorCode(error);
  if (isMissing(error)) return MISSING_DIRECTORY;
  return ["EACCES", "EPERM", "NotCapable"].includes(code)
    ? ["file-unreadable", `No permission to list the directory (${code})`]
    : ["file-unreadable", `The directory cannot be listed (${code})`];
}

/** What is wrong where a directory is not there, and what to do. */
export const MISSING_DIRECTORY: readonly [IssueCode, string] = [
  "file-missing",
  "The directory does not exist: create it, or correct the path",
];

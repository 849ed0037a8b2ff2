import type { Dirent } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Issue, IssueCode } from "../../model/issue.ts";
import type { WatchedFile } from "../watch/file-check.ts";
import { type FileSearch, shownRoot } from "./file-input.ts";
import { codeOf } from "../read/file-state.ts";
import { type GlobMatch, type GlobPlace, literalNames, stepInto } from "./glob.ts";
import { isDocumentation, isIgnoredName } from "./ignored-name.ts";
import { inBatches } from "./in-batches.ts";

/** A place that was looked at, where files may come and go. */
export interface Looked {
  readonly path: string;
  /** Whether it was listed; if not, only whether it is there counts. */
  readonly inside: boolean;
}

/** A file that was found. */
export interface FoundFile extends WatchedFile {
  /**
   * `named`: by the user, whether it is there or not. `listed`: in a directory. `linked`: there, as a
   * symbolic link. `dangling`: such a link, to nothing.
   */
  readonly by: "named" | "listed" | "linked" | "dangling";
}

/** A directory that a walk has come to. */
interface Directory {
  readonly path: string;
  /** What stands before a name in it, for the user. */
  readonly prefix: string;
  /** Its path without symbolic links. */
  readonly real: string;
  /** The directory that led to it. */
  readonly parent: Directory | undefined;
  readonly place: GlobPlace;
}

/** What a name in a directory leads to. */
type Kind = "directory" | "file" | "dangling" | "missing" | "refused";

interface Entry {
  readonly name: string;
  readonly kind: Kind;
  /** Whether a symbolic link leads there. */
  readonly linked: boolean;
}

/** More entries than this, in all directories of one input, are a mistake such as `/`. */
const MAX_ENTRIES = 100_000;
/** How many directories, and links in each, are looked at side by side. */
const BATCH = 16;

/** One walk through a directory and what is below it, in search of files. */
export class DirectoryWalk {
  readonly files: FoundFile[] = [];
  readonly issues: Issue[] = [];
  readonly looked: Looked[] = [];
  readonly #search: FileSearch;
  #entries = 0;

  constructor(search: FileSearch) {
    this.#search = search;
  }

  /** Never throws: what goes wrong is an issue. Gives itself. */
  async run(): Promise<this> {
    const { root: path, prefix, place } = this.#search;
    const real = await realpath(path).catch(() => path);
    let level: readonly Directory[] = [{ path, prefix, real, parent: undefined, place }];
    while (level.length > 0 && this.#entries <= MAX_ENTRIES) {
      level = (await inBatches(level, BATCH, (directory) => this.#visit(directory))).flat();
    }
    if (this.#entries > MAX_ENTRIES) {
      const message = `More than ${MAX_ENTRIES} entries to look through: name a smaller directory`;
      this.#report("too-large", message, shownRoot(this.#search));
      // They are not all, and it would take long to read them.
      this.files.length = 0;
    }
    return this;
  }

  /** Takes what is in a directory, and gives the directories to go on with. */
  async #visit(directory: Directory): Promise<readonly Directory[]> {
    const { path, place } = directory;
    const names = literalNames(place);
    if (names === undefined) return await this.#list(directory);
    const below = await inBatches(names, BATCH, async (name) => {
      this.looked.push({ path: join(path, name), inside: false });
      const entry = await lookAt(join(path, name), name);
      return this.#take(directory, entry, stepInto(place, name, false));
    });
    return below.flat();
  }

  async #list(directory: Directory): Promise<readonly Directory[]> {
    const { path, prefix, place } = directory;
    this.looked.push({ path, inside: true });
    let entries: readonly Dirent[];
    try {
      entries = await readdir(path, { withFileTypes: true });
    } catch (error) {
      // What was removed since its parent was listed is not missed there either.
      if (directory.parent === undefined || !["ENOENT", "ENOTDIR"].includes(codeOf(error))) {
        this.#report(...listingIssue(codeOf(error)), prefix || shownRoot(this.#search));
      }
      return [];
    }
    this.#entries += entries.length;
    const below: (readonly Directory[])[] = [];
    const links: { name: string; match: GlobMatch }[] = [];
    for (const entry of entries) {
      const { name } = entry;
      const match = stepInto(place, name, isIgnoredName(name));
      if (match.file === undefined && match.below.size === 0) continue;
      if (entry.isSymbolicLink()) links.push({ name, match });
      else {
        const kind = entry.isDirectory() ? "directory" : "file";
        below.push(await this.#take(directory, { name, kind, linked: false }, match));
      }
    }
    below.push(
      ...await inBatches(
        links,
        BATCH,
        async ({ name, match }) =>
          this.#take(directory, await lookAt(join(path, name), name), match),
      ),
    );
    return below.flat();
  }

  async #take(
    directory: Directory,
    { name, kind, linked }: Entry,
    { file, below }: GlobMatch,
  ): Promise<readonly Directory[]> {
    const path = join(directory.path, name);
    const shown = directory.prefix + name;
    if (kind === "directory") {
      if (below.size === 0) return [];
      const real = linked ? await realpath(path).catch(() => path) : join(directory.real, name);
      const next = { path, prefix: `${shown}/`, real, parent: directory, place: below };
      return isLoop(next) ? [] : [next];
    }
    if (kind === "missing") return [];
    if (isMeant(file, name, this.#search.extensions)) {
      const by = kind === "dangling" ? kind : linked ? "linked" : "listed";
      this.files.push({ path, name: shown, by });
    } else if (kind === "refused" && below.size > 0) {
      this.#report("file-unreadable", "No permission to see where the link leads", shown);
    }
    return [];
  }

  #report(code: IssueCode, message: string, path: string): void {
    this.issues.push(Object.freeze({ code, severity: "error", message, path }));
  }
}

/** Whether a file that is reached is one that is looked for. */
export function isMeant(
  match: GlobMatch["file"],
  name: string,
  extensions: readonly string[],
): boolean {
  if (match === undefined || match === "literal") return match === "literal";
  return !isDocumentation(name) && !isIgnoredName(name) &&
    (match === "spelled" || hasExtension(name, extensions));
}

/** Whether a name ends so. */
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

async function lookAt(path: string, name: string): Promise<Entry> {
  let linked = false;
  try {
    linked = (await lstat(path)).isSymbolicLink();
    return { name, kind: (await stat(path)).isDirectory() ? "directory" : "file", linked };
  } catch (error) {
    if (!["ENOENT", "ENOTDIR", "ELOOP"].includes(codeOf(error))) {
      return { name, kind: "refused", linked };
    }
    return { name, kind: linked ? "dangling" : "missing", linked };
  }
}

function listingIssue(code: string): readonly [IssueCode, string] {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return ["file-missing", "The directory does not exist"];
    case "EACCES":
    case "EPERM":
    case "NotCapable":
      return ["file-unreadable", `No permission to list the directory (${code})`];
    default:
      return ["file-unreadable", `The directory cannot be listed (${code})`];
  }
}

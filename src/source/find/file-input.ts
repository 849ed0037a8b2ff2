import path, { type PlatformPath } from "node:path";
import { fileURLToPath } from "node:url";
import { type GlobState, isGlob, parseGlobs } from "./glob.ts";

/** One path or glob that a source of files was given. What it means is decided at each look. */
export interface FileInput {
  /** As the user wrote it. */
  readonly name: string;
  /** The absolute path that it spells. */
  readonly path: string;
  readonly endsInSlash: boolean;
  /** What it means while a directory is at the path. */
  readonly inside: FileSearch;
  /** What it means while nothing is at the path, if it is written like a glob. */
  readonly glob: FileSearch | undefined;
}

/** Files to search for, in a directory and below. */
export interface FileSearch {
  /** The absolute path of the directory. */
  readonly root: string;
  /** What precedes a name in the root when it is shown to the user: empty, or ends in a slash. */
  readonly prefix: string;
  /** What paths below the root must match. */
  readonly glob: GlobState;
  /** Paths below the root to skip, files and directories. */
  readonly ignored: GlobState;
  /** How a name must end, in lower case, unless the glob says how it does. */
  readonly extensions: readonly string[];
}

/** What a search goes by, whichever directory it starts from. */
export type SearchRules = Pick<FileSearch, "ignored" | "extensions">;

/** A drive letter or a UNC path. Its backslashes are no escapes of a glob. */
const WINDOWS_PATH = /^[a-z]:\\|^\\\\/i;
/** A drive letter without a slash: relative to wherever that drive is at the moment. */
const DRIVE_RELATIVE = /^[a-z]:(?!\/)/i;

/**
 * On Windows both slashes separate names, so a glob has no escapes there; what is shown to the user of
 * files that were searched for has `/` on all systems.
 *
 * @param system how paths are written: `node:path`, or its `posix` or `win32`
 * @throws {TypeError} if it is neither a path nor a `file:` URL, or a glob relative to a drive
 * @throws {RangeError} if it is a glob whose braces stand for more than 1,000 patterns
 */
export function toFileInput(
  input: string | URL,
  rules: SearchRules,
  system: PlatformPath = path,
): FileInput {
  if (typeof input !== "string" && !(input instanceof URL)) {
    throw new TypeError(`Expected a path or a file: URL, got ${typeof input}`);
  }
  const windows = system.sep === "\\";
  const name = input instanceof URL || /^file:/i.test(input)
    ? fileURLToPath(input, { windows })
    : input;
  if (name === "") throw new TypeError("Expected a path, got an empty string");
  const text = windows ? name.replaceAll("\\", "/") : name;
  const isPattern = !WINDOWS_PATH.test(text) && isGlob(text);
  if (windows && isPattern && DRIVE_RELATIVE.test(text)) {
    throw new TypeError(`Expected a slash after the drive of a glob, got "${name}"`);
  }
  const root = system.resolve(name);
  return {
    name,
    path: root,
    endsInSlash: text.endsWith("/"),
    inside: {
      root,
      prefix: `${text.replace(/\/+$/, "")}/`,
      glob: parseGlobs("**"),
      ...rules,
    },
    glob: isPattern ? globSearch(text, rules, system) : undefined,
  };
}

/** Searches the directory that precedes the first wildcard. */
function globSearch(text: string, rules: SearchRules, system: PlatformPath): FileSearch {
  const names = text.split("/");
  const first = names.findIndex((name, at) => at === names.length - 1 || /[*?[{\\]/.test(name));
  const prefix = names.slice(0, first).map((name) => `${name}/`).join("");
  const rest = names.slice(first).join("/");
  return {
    root: system.resolve(prefix),
    prefix,
    // A slash at the end means a directory, and so all below it.
    glob: parseGlobs(rest.endsWith("/") ? `${rest}**` : rest),
    ...rules,
  };
}

/** The directory that a search starts from, as it is shown to the user, with a slash at its end. */
export function shownRoot({ prefix }: FileSearch): string {
  return prefix === "" ? "./" : prefix;
}

import { resolve, sep } from "node:path";
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

/**
 * @throws {TypeError} if it is neither a path nor a `file:` URL
 * @throws {RangeError} if it is a glob whose braces stand for more than 1,000 patterns
 */
export function toFileInput(input: string | URL, rules: SearchRules): FileInput {
  if (typeof input !== "string" && !(input instanceof URL)) {
    throw new TypeError(`Expected a path or a file: URL, got ${typeof input}`);
  }
  const name = input instanceof URL || /^file:/i.test(input) ? fileURLToPath(input) : input;
  if (name === "") throw new TypeError("Expected a path, got an empty string");
  const path = resolve(name);
  const text = sep === "/" ? name : name.replaceAll(sep, "/");
  const prefix = `${text.replace(/\/+$/, "")}/`;
  return {
    name,
    path,
    endsInSlash: text.endsWith("/"),
    inside: { root: path, prefix, glob: parseGlobs("**"), ...rules },
    glob: !WINDOWS_PATH.test(text) && isGlob(text) ? globSearch(text, rules) : undefined,
  };
}

/** Searches the directory that precedes the first wildcard. */
function globSearch(text: string, rules: SearchRules): FileSearch {
  const names = text.split("/");
  const first = names.findIndex((name, at) => at === names.length - 1 || /[*?[{\\]/.test(name));
  const prefix = names.slice(0, first).map((name) => `${name}/`).join("");
  const rest = names.slice(first).join("/");
  return {
    root: resolve(prefix),
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

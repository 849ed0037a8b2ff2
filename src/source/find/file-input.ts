import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type GlobPlace, isGlob, parseGlob } from "./glob.ts";

/** One thing that a source of files was asked for. What it means is seen at each look. */
export interface FileInput {
  /** As the user named it. */
  readonly name: string;
  /** The absolute path that it spells. */
  readonly path: string;
  /** Whether it ends in a slash. */
  readonly slashed: boolean;
  /** What it means while a directory is at the path. */
  readonly inside: FileSearch;
  /** What it means while nothing is at the path, if it is spelled like a glob. */
  readonly glob: FileSearch | undefined;
}

/** Files to look for, in a directory and below. */
export interface FileSearch {
  /** The absolute path of the directory. */
  readonly root: string;
  /** What stands before a name in the root, for the user: empty, or with a slash at its end. */
  readonly prefix: string;
  /** What paths from there must be like. */
  readonly place: GlobPlace;
  /** How a name must end, in lower case, unless the glob says how it does. */
  readonly extensions: readonly string[];
}

/**
 * @throws {TypeError} if it is neither a path nor a `file:` URL
 * @throws {RangeError} if it is a glob whose braces stand for more than 1,000 patterns
 */
export function toFileInput(input: string | URL, extensions: readonly string[]): FileInput {
  if (typeof input !== "string" && !(input instanceof URL)) {
    throw new TypeError(`Expected a path or a file: URL, got ${typeof input}`);
  }
  const name = typeof input === "string" ? input : fileURLToPath(input);
  if (name === "") throw new TypeError("Expected a path, got an empty string");
  const path = resolve(name);
  const text = sep === "/" ? name : name.replaceAll(sep, "/");
  const prefix = `${text.replace(/\/+$/, "")}/`;
  return {
    name,
    path,
    slashed: text.endsWith("/"),
    inside: { root: path, prefix, place: parseGlob("**"), extensions },
    glob: isGlob(text) ? globSearch(text, extensions) : undefined,
  };
}

/** Looks below the directories that a glob starts with. */
function globSearch(glob: string, extensions: readonly string[]): FileSearch {
  const names = glob.split("/");
  const first = names.findIndex((name, at) => at === names.length - 1 || /[*?[{\\]/.test(name));
  const prefix = names.slice(0, first).map((name) => `${name}/`).join("");
  const rest = names.slice(first).join("/");
  return {
    root: resolve(prefix),
    prefix,
    // A slash at the end means a directory, and so all below it.
    place: parseGlob(rest.endsWith("/") ? `${rest}**` : rest),
    extensions,
  };
}

/** The directory that a search starts from, as it is named to the user, with a slash at its end. */
export function shownRoot({ prefix }: FileSearch): string {
  return prefix === "" ? "./" : prefix;
}

import { stat } from "node:fs/promises";
import type { Issue, IssueCode } from "../../model/report/issue.ts";
import {
  DirectoryWalk,
  type FoundFile,
  hasExtension,
  isRegistryFile,
  MISSING_DIRECTORY,
  type VisitedPath,
} from "./directory-walk.ts";
import { isMissing } from "./error-code.ts";
import { type FileInput, type FileSearch, shownRoot } from "./file-input.ts";
import { matchFileName } from "./glob.ts";

/** What an input means at the moment. */
export interface FoundFiles {
  /** In the order of their paths. */
  readonly files: readonly FoundFile[];
  /** Why some may not have been found. */
  readonly issues: readonly Issue[];
  /** Empty when the input is a file. */
  readonly visited: readonly VisitedPath[];
  /** Equal when the same was found. */
  readonly key: string;
}

/** Finds the files that an input means now. Never throws: what goes wrong is an issue. */
export async function findFiles(input: FileInput): Promise<FoundFiles> {
  const { name, path, endsInSlash, inside, glob } = input;
  const kind = await kindOf(path);
  if (kind === "directory") {
    const found = await search(inside);
    if (endsInSlash || found.files.length + found.issues.length > 0) return found;
    // Docker makes a directory of a mounted file that does not exist.
    return hasExtension(path, inside.extensions) ? withIssue(found, NO_FILE, name) : found;
  }
  if (glob !== undefined && kind !== "file") return await searchFrom(glob);
  if (endsInSlash) return await searchFrom(inside);
  return toFound([{ path, name, by: "named" }], [], []);
}

/** Whether a file of this name, in whatever directory, may belong to an input. */
export function mayMatch({ inside, glob }: FileInput, name: string): boolean {
  return [inside, glob].some((search) =>
    search !== undefined &&
    isRegistryFile(matchFileName(search.glob, name), name, search.extensions)
  );
}

/** The files of all inputs by path; one that several inputs find is named as the first of them does. */
export function mergeFound(found: Iterable<FoundFiles>): ReadonlyMap<string, FoundFile> {
  const files = new Map<string, FoundFile>();
  for (const file of [...found].flatMap(({ files }) => files)) {
    if (!files.has(file.path)) files.set(file.path, file);
  }
  return files;
}

/** Searches a path that may not be a directory. */
async function searchFrom(where: FileSearch): Promise<FoundFiles> {
  const kind = await kindOf(where.root);
  if (kind === "directory" || kind === "unknown") return await search(where);
  const visited = [{ path: where.root, listed: true }];
  const [code, message] = kind === "file" ? NO_DIRECTORY : MISSING_DIRECTORY;
  const path = `${where.root}/` === where.prefix ? "" : `: looked for ${where.root}`;
  return withIssue(toFound([], [], visited), [code, message + path], shownRoot(where));
}

async function search(where: FileSearch): Promise<FoundFiles> {
  const { files, issues, visited } = await new DirectoryWalk(where).run();
  return toFound(files, issues, visited);
}

function toFound(
  files: readonly FoundFile[],
  issues: readonly Issue[],
  visited: readonly VisitedPath[],
): FoundFiles {
  // By what is shown, which has the same slashes on all systems: later documents may win.
  const inOrder = files.toSorted((a, b) => a.name < b.name ? -1 : 1);
  const key = [
    ...inOrder.map(({ path }) => path),
    ...issues.map(({ code, path }) => `${code} ${path}`),
  ];
  return { files: inOrder, issues, visited, key: key.join("\0") };
}

function withIssue(
  { files, visited }: FoundFiles,
  [code, message]: IssueText,
  path: string,
): FoundFiles {
  return toFound(files, [Object.freeze({ code, severity: "error", message, path })], visited);
}

type IssueText = readonly [IssueCode, string];

const NO_FILE: IssueText = [
  "not-a-file",
  "Expected a registry file or a directory of them, found a directory without any",
];
const NO_DIRECTORY: IssueText = ["not-a-file", "Expected a directory, found a file"];

async function kindOf(path: string): Promise<"directory" | "file" | "missing" | "unknown"> {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "file";
  } catch (error) {
    return isMissing(error) ? "missing" : "unknown";
  }
}

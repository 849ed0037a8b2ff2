import { stat } from "node:fs/promises";
import type { Issue, IssueCode } from "../../model/issue.ts";
import {
  DirectoryWalk,
  type FoundFile,
  hasExtension,
  isMeant,
  type Looked,
} from "./directory-walk.ts";
import { type FileInput, type FileSearch, shownRoot } from "./file-input.ts";
import { codeOf } from "../read/file-state.ts";
import { fileMatch } from "./glob.ts";

/** What an input means at the moment of a look. */
export interface Found {
  /** In the order of their paths. */
  readonly files: readonly FoundFile[];
  /** What stands in the way of finding all of them. */
  readonly issues: readonly Issue[];
  /** Where was looked; empty when the input is a file. */
  readonly looked: readonly Looked[];
  /** Equal when the same was found. */
  readonly key: string;
}

/** Finds the files that an input means now. Never throws: what goes wrong is an issue. */
export async function findFiles(input: FileInput): Promise<Found> {
  const { name, path, slashed, inside, glob } = input;
  const kind = await kindOf(path);
  if (kind === "directory") {
    const found = await search(inside);
    if (slashed || found.files.length + found.issues.length > 0) return found;
    // What is called like a file: Docker makes a directory of it where a mount finds none.
    return hasExtension(path, inside.extensions) ? withIssue(found, NO_FILE, name) : found;
  }
  if (glob !== undefined && kind !== "file") return await searchFrom(glob);
  if (slashed) return await searchFrom(inside);
  return toFound([{ path, name, by: "named" }], [], []);
}

/** Whether a file of this name, in a directory that is searched, may be one that is looked for. */
export function mayBeFound({ inside, glob }: FileInput, name: string): boolean {
  return [inside, glob].some((search) =>
    search !== undefined && isMeant(fileMatch(search.place, name), name, search.extensions)
  );
}

/** The same file is meant once, however many inputs find it: by the first. */
export function mergeFound(found: Iterable<Found>): ReadonlyMap<string, FoundFile> {
  const files = new Map<string, FoundFile>();
  for (const file of [...found].flatMap(({ files }) => files)) {
    if (!files.has(file.path)) files.set(file.path, file);
  }
  return files;
}

/** Searches a directory that may not be one. */
async function searchFrom(where: FileSearch): Promise<Found> {
  const kind = await kindOf(where.root);
  if (kind === "directory" || kind === "unknown") return await search(where);
  const looked = [{ path: where.root, inside: true }];
  const [code, message] = kind === "file" ? NO_DIRECTORY : MISSING;
  const path = `${where.root}/` === where.prefix ? "" : `: looked for ${where.root}`;
  return withIssue(toFound([], [], looked), [code, message + path], shownRoot(where));
}

async function search(where: FileSearch): Promise<Found> {
  const { files, issues, looked } = await new DirectoryWalk(where).run();
  return toFound(files, issues, looked);
}

function toFound(
  files: readonly FoundFile[],
  issues: readonly Issue[],
  looked: readonly Looked[],
): Found {
  const inOrder = files.toSorted((a, b) => a.path < b.path ? -1 : 1);
  const key = [
    ...inOrder.map(({ path }) => path),
    ...issues.map(({ code, path }) => `${code} ${path}`),
  ];
  return { files: inOrder, issues, looked, key: key.join("\0") };
}

function withIssue({ files, looked }: Found, [code, message]: IssueText, path: string): Found {
  return toFound(files, [Object.freeze({ code, severity: "error", message, path })], looked);
}

type IssueText = readonly [IssueCode, string];

const NO_FILE: IssueText = [
  "not-a-file",
  "Expected a registry file or a directory of them, found a directory without any",
];
const NO_DIRECTORY: IssueText = ["not-a-file", "Expected a directory, found a file"];
const MISSING: IssueText = ["file-missing", "The directory does not exist"];

async function kindOf(path: string): Promise<"directory" | "file" | "missing" | "unknown"> {
  try {
    return (await stat(path)).isDirectory() ? "directory" : "file";
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(codeOf(error)) ? "missing" : "unknown";
  }
}

import type { Issue } from "../../model/report/issue.ts";
import type { SourceDocument, SourceReading } from "../../model/report/source-reading.ts";
import type { FoundFile } from "../find/directory-walk.ts";
import { type FileInput, shownRoot } from "../find/file-input.ts";
import { type FoundFiles, mergeFound } from "../find/find-files.ts";
import type { FileState } from "./file-state.ts";

/**
 * Makes documents and issues of what was read.
 *
 * @param restless the inputs whose files appear and disappear without a pause
 */
export function toReading(
  found: ReadonlyMap<FileInput, FoundFiles>,
  states: ReadonlyMap<string, FileState>,
  restless: readonly FileInput[],
): SourceReading {
  const documents: SourceDocument[] = [];
  const issues = [
    ...[...found.values()].flatMap(({ issues }) => issues),
    ...restless.map(({ inside, glob }) =>
      unreadable(shownRoot(glob ?? inside), "Files appear and disappear there without a pause")
    ),
  ];
  for (const file of mergeFound(found.values()).values()) {
    const { path, name, by } = file;
    const state = states.get(path);
    if (state === undefined) continue;
    if (state.type === "problem") {
      issues.push(isMissingEntry(file, state) ? missingEntry(name) : state.issue);
    } else if (!state.still) {
      issues.push(unreadable(name, "The file is being written to without a pause"));
    } else {
      documents.push({ path: name, content: state.bytes, ...by !== "named" && { found: true } });
    }
  }
  if (documents.length === 0 && !issues.some(({ severity }) => severity === "error")) {
    issues.push(nothingFound([...found.keys()]));
  }
  return { documents, issues };
}

/** Whether a file is listed in its directory and yet does not exist. */
export function isMissingEntry({ by }: FoundFile, state: FileState | undefined): boolean {
  return (by === "listed" || by === "linked") && state?.type === "problem" &&
    state.issue.code === "file-missing";
}

function missingEntry(path: string): Issue {
  const message = "Skipped, because it is listed in its directory but does not exist";
  return Object.freeze({ code: "file-missing", severity: "warning", message, path });
}

function unreadable(path: string, why: string): Issue {
  const message = `${why}: it is read at the next change`;
  return Object.freeze({ code: "file-unreadable", severity: "error", message, path });
}

/** A wrong path is likelier than a registry without agents. */
function nothingFound(inputs: readonly FileInput[]): Issue {
  const [first] = inputs;
  const { extensions } = first!.inside;
  const names = inputs.map(({ name }) => name).join(", ");
  // A glob may say how a name ends.
  const message = inputs.some(({ glob }) => glob !== undefined)
    ? `No registry file matches ${names}`
    : `No registry file found in ${names}: looked for names that end in ${extensions.join(", ")}`;
  return Object.freeze({ code: "missing-agents", severity: "error", message, path: first!.name });
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Issue } from "../../model/issue.ts";
import type { SourceDocument, SourceReading } from "../../model/source-reading.ts";
import type { FoundFile } from "../find/directory-walk.ts";
import { type FileInput, shownRoot } from "../find/file-input.ts";
import { findFiles, type FoundFiles, mergeFound } from "../find/find-files.ts";
import { inBatches } from "../find/in-batches.ts";
import { stampOf } from "./file-stamp.ts";
import { type FileState, readState } from "./file-state.ts";
import type { ReadLog } from "./read-log.ts";
import { readWhole } from "./read-whole.ts";

/** How files are read. */
export interface FileReading {
  readonly maxBytes: number;
  /** How long, in milliseconds, nothing must have been written, created, moved or removed. */
  readonly quietMs: number;
  /** Aborts the reading. */
  readonly signal: AbortSignal;
}

/** How many files are read side by side. */
export const READ_BATCH = 16;
/** How many inputs are searched side by side. */
const FIND_BATCH = 16;
/** How often directories where files appear or disappear are looked at, in milliseconds. */
const STEP_MS = 10;
/** After this long, in milliseconds, directories that never rest are given up until the next change. */
const GIVE_UP_MS = 5_000;

type FoundByInput = ReadonlyMap<FileInput, FoundFiles>;

/**
 * Finds and reads all files. What was read is what the directories held at one moment: when other
 * files are found afterwards, or one that was found has disappeared, it starts over. And as a file
 * counts once it is whole, directories with other files than at the last reading count once nothing
 * has appeared or disappeared for `quietMs`: a move may still be under way.
 */
export async function readFiles(
  inputs: readonly FileInput[],
  log: ReadLog,
  { maxBytes, quietMs, signal }: FileReading,
): Promise<SourceReading> {
  const started = Date.now();
  let found: FoundByInput = new Map(await findAll(inputs));
  let seenAt = started;
  for (;;) {
    const settled = isKnown(found, log) ||
      Date.now() - Math.min(seenAt, await lastChange(found)) >= quietMs;
    const late = Date.now() - started > GIVE_UP_MS + quietMs;
    const states = settled || late ? await readAll(found, maxBytes, quietMs, signal) : undefined;
    const again = await findAgain(found);
    const moved = inputs.filter((input) => again.get(input)?.key !== found.get(input)?.key);
    if (states !== undefined && (late || (moved.length === 0 && !hasVanished(found, states)))) {
      log.noteReading(found, states);
      return toReading(found, states, late ? moved : []);
    }
    if (moved.length > 0) seenAt = Date.now();
    found = again;
    await sleep(STEP_MS, undefined, { signal });
  }
}

function findAll(inputs: readonly FileInput[]): Promise<[FileInput, FoundFiles][]> {
  return inBatches(inputs, FIND_BATCH, async (input) => [input, await findFiles(input)]);
}

/** Searches again; an input that is a file needs no second look. */
async function findAgain(found: FoundByInput): Promise<FoundByInput> {
  const searched = [...found].filter(([, { visited }]) => visited.length > 0);
  if (searched.length === 0) return found;
  return new Map([...found, ...await findAll(searched.map(([input]) => input))]);
}

function isKnown(found: FoundByInput, log: ReadLog): boolean {
  return log.readings > 0 && [...found].every(([input, now]) => log.hasFound(input, now));
}

/** When something last appeared or disappeared in a directory, in milliseconds since the epoch. */
async function lastChange(found: FoundByInput): Promise<number> {
  const directories = [...found.values()].flatMap(({ visited }) => visited);
  const stamps = await inBatches(directories, FIND_BATCH, ({ path }) => stampOf(path));
  return stamps.reduce((latest, { changedAt }) => Math.max(latest, changedAt), 0);
}

async function readAll(
  found: FoundByInput,
  maxBytes: number,
  quietMs: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileState>> {
  const files = [...mergeFound(found.values()).values()];
  const states = await inBatches(files, READ_BATCH, ({ path, name }) =>
    readWhole({
      stamp: () => stampOf(path),
      read: () => readState({ path, name }, maxBytes),
      sleep: (ms) => sleep(ms, undefined, { signal }),
      now: Date.now,
    }, quietMs));
  return new Map(files.map(({ path }, at) => [path, states[at]!]));
}

/** Whether a file that was found in a directory had disappeared when it was read. */
function hasVanished(found: FoundByInput, states: ReadonlyMap<string, FileState>): boolean {
  return [...mergeFound(found.values()).values()].some(({ path, by }) => {
    const state = states.get(path);
    return isOfDirectory(by) && state?.type === "problem" && state.issue.code === "file-missing";
  });
}

function isOfDirectory(by: FoundFile["by"]): boolean {
  return by === "listed" || by === "linked";
}

function toReading(
  found: FoundByInput,
  states: ReadonlyMap<string, FileState>,
  moved: readonly FileInput[],
): SourceReading {
  const documents: SourceDocument[] = [];
  const issues = [
    ...[...found.values()].flatMap(({ issues }) => issues),
    ...moved.map(({ inside, glob }) =>
      unreadable(shownRoot(glob ?? inside), "Files appear and disappear there without a pause")
    ),
  ];
  for (const { path, name } of mergeFound(found.values()).values()) {
    const state = states.get(path);
    if (state === undefined) continue;
    if (state.type === "problem") issues.push(state.issue);
    else if (state.still) documents.push({ path: name, content: state.bytes });
    else issues.push(unreadable(name, "The file is being written to without a pause"));
  }
  return documents.length + issues.length > 0
    ? { documents, issues }
    : { documents, issues: [nothingFound([...found.keys()])] };
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

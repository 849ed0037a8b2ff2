import { setTimeout as sleep } from "node:timers/promises";
import type { Issue } from "../../model/issue.ts";
import type { SourceDocument, SourceReading } from "../../model/source-reading.ts";
import type { FoundFile } from "../find/directory-walk.ts";
import { type FileInput, shownRoot } from "../find/file-input.ts";
import { type FileState, readState, releaseState, stampOf } from "./file-state.ts";
import { findFiles, type Found, mergeFound } from "../find/find-files.ts";
import { inBatches } from "../find/in-batches.ts";
import type { ReadBuffers } from "./read-buffers.ts";
import type { ReadLog } from "./read-log.ts";
import { readWhole } from "./read-whole.ts";

/** How files are read. */
export interface FileReading {
  readonly maxBytes: number;
  /** How long, in milliseconds, nothing must have been written, made, moved or removed. */
  readonly quietMs: number;
  /** Gives the reading up. */
  readonly signal: AbortSignal;
}

/** How many files are read side by side. */
export const READ_BATCH = 16;
/** How many inputs are looked at side by side. */
const FIND_BATCH = 16;
/** How often directories that files come to are looked at, in milliseconds. */
const STEP_MS = 10;
/** After this long, in milliseconds, directories that never rest are given up until the next change. */
const GIVE_UP_MS = 5_000;

type FoundByInput = ReadonlyMap<FileInput, Found>;

/**
 * Finds and reads all files. What was read is what the directories held at one moment: when other
 * files are found afterwards, or one that was found could not be read because it is gone, it is done
 * again. And as a file counts once it is whole, directories with other files than at the last reading
 * count once nothing has come or gone for `quietMs`: a move may still be under way.
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
    const states = settled || late
      ? await readAll(found, maxBytes, quietMs, signal, log.buffers)
      : undefined;
    const again = await findAgain(found);
    const moved = inputs.filter((input) => again.get(input)?.key !== found.get(input)?.key);
    if (states !== undefined && (late || (moved.length === 0 && !hasVanished(found, states)))) {
      log.noteReading(found, states);
      return lent(toReading(found, states, late ? moved : []), states, log.buffers);
    }
    for (const state of states?.values() ?? []) releaseState(state, log.buffers);
    if (moved.length > 0) seenAt = Date.now();
    found = again;
    await sleep(STEP_MS, undefined, { signal });
  }
}

function findAll(inputs: readonly FileInput[]): Promise<[FileInput, Found][]> {
  return inBatches(inputs, FIND_BATCH, async (input) => [input, await findFiles(input)]);
}

/** Looks again where files were searched for; what is a file needs no second look. */
async function findAgain(found: FoundByInput): Promise<FoundByInput> {
  const searched = [...found].filter(([, { looked }]) => looked.length > 0);
  if (searched.length === 0) return found;
  return new Map([...found, ...await findAll(searched.map(([input]) => input))]);
}

function isKnown(found: FoundByInput, log: ReadLog): boolean {
  return log.readings > 0 && [...found].every(([input, now]) => log.hasFound(input, now));
}

/** When something last came to one of the directories, or went, in milliseconds since the epoch. */
async function lastChange(found: FoundByInput): Promise<number> {
  const directories = [...found.values()].flatMap(({ looked }) => looked);
  const stamps = await inBatches(directories, FIND_BATCH, ({ path }) => stampOf(path));
  return stamps.reduce((latest, { changedAt }) => Math.max(latest, changedAt), 0);
}

async function readAll(
  found: FoundByInput,
  maxBytes: number,
  quietMs: number,
  signal: AbortSignal,
  buffers: ReadBuffers,
): Promise<ReadonlyMap<string, FileState>> {
  const files = [...mergeFound(found.values()).values()];
  const states = await inBatches(files, READ_BATCH, ({ path, name }) =>
    readWhole({
      stamp: () => stampOf(path),
      read: () => readState(path, name, maxBytes, buffers),
      drop: (state) => releaseState(state, buffers),
      sleep: (ms) => sleep(ms, undefined, { signal }),
      now: Date.now,
    }, quietMs));
  return new Map(files.map(({ path }, at) => [path, states[at]!]));
}

/** Whether a file that was found in a directory was not there any more when it was read. */
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
      unreadable(shownRoot(glob ?? inside), "Files come and go there without a pause")
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

/** A reading whose memory comes back with its release. */
function lent(
  reading: SourceReading,
  states: ReadonlyMap<string, FileState>,
  buffers: ReadBuffers,
): SourceReading {
  let isLent = true;
  return {
    ...reading,
    release() {
      const due = isLent ? [...states.values()] : [];
      isLent = false;
      for (const state of due) releaseState(state, buffers);
    },
  };
}

function unreadable(path: string, why: string): Issue {
  const message = `${why}: it is read at the next change`;
  return Object.freeze({ code: "file-unreadable", severity: "error", message, path });
}

/** Rather a wrong path than a registry without agents. */
function nothingFound(inputs: readonly FileInput[]): Issue {
  const [first] = inputs;
  const { extensions } = first!.inside;
  const names = inputs.map(({ name }) => name).join(", ");
  // A glob may say itself how a name ends.
  const message = inputs.some(({ glob }) => glob !== undefined)
    ? `No registry file matches ${names}`
    : `No registry file found in ${names}: looked for names that end in ${extensions.join(", ")}`;
  return Object.freeze({ code: "missing-agents", severity: "error", message, path: first!.name });
}

import { setTimeout as sleep } from "node:timers/promises";
import type { SourceReading } from "../../model/report/source-reading.ts";
import type { FoundFile } from "../find/directory-walk.ts";
import type { FileInput } from "../find/file-input.ts";
import { findFiles, type FoundFiles, mergeFound } from "../find/find-files.ts";
import { inBatches } from "../find/in-batches.ts";
import { stampOf } from "./file-stamp.ts";
import { type FileState, readState } from "./file-state.ts";
import type { ReadLog } from "./read-log.ts";
import { type Patience, readWhole } from "./read-whole.ts";
import { isMissingEntry, toReading } from "./to-reading.ts";

/** How files are read. */
export interface ReadOptions extends Patience {
  readonly maxBytes: number;
  /** Aborts the reading. */
  readonly signal: AbortSignal;
}

/** How many files are read side by side. */
export const READ_BATCH = 16;
/** Between the pieces of one save there are pauses that are hardly shorter than this, in milliseconds. */
const MIN_QUIET_MS = 50;
/** How many inputs or stamps are looked at side by side. */
const BATCH = 64;
/** How often directories where files appear or disappear are looked at, in milliseconds. */
const STEP_MS = 10;
/** After this long, in milliseconds, directories that never rest are given up until the next change. */
const GIVE_UP_MS = 5_000;
/** How often in a row files may be listed that do not exist before they are passed over. */
const MAX_MISSING_ROUNDS = 5;

type FoundByInput = ReadonlyMap<FileInput, FoundFiles>;

/**
 * Finds and reads all files. What was read is what the directories held at one moment: all is looked at
 * once more before it counts, and what is another by then is read again. And as a file counts once it
 * is whole, directories with other files than at the last reading count once nothing has appeared or
 * disappeared for `quietMs`, at least 50: a move may still be under way.
 */
export async function readFiles(
  inputs: readonly FileInput[],
  log: ReadLog,
  { quietMs: wantedQuietMs, ...options }: ReadOptions,
): Promise<SourceReading> {
  const quietMs = Math.max(wantedQuietMs, MIN_QUIET_MS);
  const started = performance.now();
  let found: FoundByInput = new Map(await findAll(inputs));
  let quietSince = started - Math.max(0, Date.now() - await lastChange(found));
  let missingRounds = 0;
  const states = provenStates(found, log);
  for (;;) {
    const now = performance.now();
    const isLate = now - started > GIVE_UP_MS + quietMs;
    const isSettled = isLate || isKnown(found, log) || now - quietSince >= quietMs;
    const due = isSettled ? filesWithout(states, found) : [];
    await readInto(states, due, log, { quietMs, ...options });
    // What was found a moment ago is as good as new, unless reading took time.
    const again = isSettled && due.length === 0 ? found : await findAgain(found);
    const moved = inputs.filter((input) => again.get(input)?.key !== found.get(input)?.key);
    if (isSettled) {
      const changed = await findChanged(states, due);
      const missing = missingEntries(found, states);
      if (missing.length > 0) missingRounds++;
      const isOneMoment = moved.length + changed.length === 0 &&
        (missing.length === 0 || missingRounds > MAX_MISSING_ROUNDS);
      if (isLate || isOneMoment) {
        for (const path of changed) {
          const state = states.get(path)!;
          if (state.type === "content") states.set(path, { ...state, still: false });
        }
        log.noteReading(found, states);
        return toReading(found, states, moved);
      }
      for (const path of [...changed, ...missing]) states.delete(path);
    }
    if (moved.length > 0) quietSince = performance.now();
    found = again;
    // What has changed since the last reading is read at once.
    if (!isSettled || due.length > 0) {
      await sleep(STEP_MS, undefined, { signal: options.signal });
    }
  }
}

function findAll(inputs: readonly FileInput[]): Promise<[FileInput, FoundFiles][]> {
  return inBatches(inputs, BATCH, async (input) => [input, await findFiles(input)]);
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
  const stamps = await inBatches(directories, BATCH, ({ path }) => stampOf(path));
  return stamps.reduce((latest, { changedAt }) => Math.max(latest, changedAt), 0);
}

/** The files whose state is missing. Forgets the states of files that are not found any more. */
function filesWithout(
  states: Map<string, FileState>,
  found: FoundByInput,
): readonly FoundFile[] {
  const files = mergeFound(found.values());
  for (const path of states.keys()) if (!files.has(path)) states.delete(path);
  return [...files.values()].filter(({ path }) => !states.has(path));
}

/**
 * What was last read from files that were searched for: of a thousand one has changed. It counts for those
 * whose stamp turns out to be the same. A file that is named is read each time.
 */
function provenStates(found: FoundByInput, log: ReadLog): Map<string, FileState> {
  const states = new Map<string, FileState>();
  for (const { by, path } of mergeFound(found.values()).values()) {
    const last = by === "named" ? undefined : log.provenContent(path);
    if (last !== undefined) states.set(path, last);
  }
  return states;
}

async function readInto(
  states: Map<string, FileState>,
  files: readonly FoundFile[],
  log: ReadLog,
  { maxBytes, signal, ...patience }: ReadOptions,
): Promise<void> {
  await inBatches(files, READ_BATCH, async (file) => {
    log.trust(file.path);
    const sampler = {
      stamp: () => stampOf(file.path),
      read: () => readState(file, maxBytes),
      sleep: (ms: number) => sleep(ms, undefined, { signal }),
      now: () => performance.now(),
      date: Date.now,
    };
    states.set(file.path, await readWhole(sampler, patience, log.lastContent(file.path)));
  });
}

/**
 * The files that have changed since they were read. A single one is of one moment by itself, and so is one
 * that is outdated, if it was the only one that was read while the others stayed the same.
 *
 * @param read those that were read just now
 */
async function findChanged(
  states: ReadonlyMap<string, FileState>,
  read: readonly FoundFile[],
): Promise<readonly string[]> {
  if (states.size < 2 && read.length === states.size) return [];
  const all = [...states];
  const flags = await inBatches(all, BATCH, async ([path, state]) => {
    if (state.type === "content" && !state.still) return false;
    if (state.type === "content" && state.isOutdated) return read.length > 1;
    return (await stampOf(path)).key !== state.stamp.key;
  });
  return all.filter((_, at) => flags[at]).map(([path]) => path);
}

function missingEntries(
  found: FoundByInput,
  states: ReadonlyMap<string, FileState>,
): readonly string[] {
  return [...mergeFound(found.values()).values()]
    .filter((file) => isMissingEntry(file, states.get(file.path)))
    .map(({ path }) => path);
}

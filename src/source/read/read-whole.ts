import { sameBytes } from "../../model/value/bytes.ts";
import type { FileStamp } from "./file-stamp.ts";
import type { FileContent, FileState } from "./file-state.ts";
import { isCutShort } from "./is-cut-short.ts";

/** What {@linkcode readWhole} needs of the world. */
export interface Sampler {
  /** Looks at the file without reading it. */
  stamp(): Promise<FileStamp>;
  read(): Promise<FileState>;
  /** Rejects when the reading is aborted. */
  sleep(ms: number): Promise<void>;
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
  /** Milliseconds since the epoch, to compare with stamps. */
  date(): number;
}

/** How long to wait for a writer, in milliseconds. */
export interface Patience {
  /** How long nothing must have been written. */
  readonly quietMs: number;
  /** How much longer if the content looks cut short. */
  readonly maxWaitMs: number;
}

/** How often a file that was just written to is looked at, in milliseconds. */
const STEP_MS = 10;
/** How often in a row a writer must have started over before what it left counts as whole. */
const ROUNDS = 2;
/**
 * Looks further apart than this, in milliseconds, as on a busy machine, prove nothing about what happened
 * in between: the rest of one content may have been written, and the start of the next.
 */
const PROMPT_MS = 30;
/** After this long, in milliseconds, a file that never rests is given up until its next change. */
const GIVE_UP_MS = 5_000;

/**
 * Reads a file once it is whole. Nothing tells where a writer that writes in place stops, so a
 * content counts as whole when
 *
 * - nothing was written for `quietMs`, and for `maxWaitMs` more if it looks cut short: a writer that
 *   never pauses that long has finished; or
 * - the writer keeps starting over: the content stood still, and the next one was not the same with
 *   more at its end, twice in a row, and never was meanwhile. (A slow writer appends; one that saves all
 *   the time leaves one whole content after the other, and waiting for quiet would starve. A writer
 *   that does both, writes in two pieces and starts over within 30 ms of the second, without end,
 *   cannot be distinguished from it.)
 *
 * A problem that is there from the start, such as a missing file, is returned as it is. So is the last
 * state when the file never rests, a content then with `still: false`.
 *
 * @param before the content that was read last
 */
export async function readWhole(
  sampler: Sampler,
  { quietMs, maxWaitMs }: Patience,
  before?: Uint8Array,
): Promise<FileState> {
  const waitFor = (state: FileState): number =>
    state.type === "content" && isCutShort(state.bytes, before) ? quietMs + maxWaitMs : quietMs;
  const started = sampler.now();
  let current = await sampler.read();
  if (current.type === "problem") return current;
  // By the file's own time. What is written from now on is seen, whatever the time of the file.
  let quietSince = sampler.now() - Math.max(0, sampler.date() - current.stamp.changedAt);
  let wait = waitFor(current);
  let lookedAt = sampler.now();
  let held = false;
  let rounds = 0;
  let grew = false;
  for (;;) {
    const now = sampler.now();
    const still = current.type === "problem" || current.still;
    if (still && now - quietSince >= wait) return current;
    if (now - started > GIVE_UP_MS + wait) {
      return current.type === "problem" ? current : { ...current, still: false };
    }

    await sampler.sleep(STEP_MS);
    if (still && (await sampler.stamp()).key === current.stamp.key) {
      held = true;
      lookedAt = sampler.now();
      continue;
    }
    const next = await sampler.read();
    const prompt = sampler.now() - lookedAt <= PROMPT_MS;
    if (current.type === "content" && current.bytes.byteLength > 0) {
      grew ||= extendsContent(next, current);
      rounds = prompt && isWhole(current, held, next) ? rounds + 1 : 0;
      if (rounds >= ROUNDS && !grew) return { ...current, isOutdated: true };
    }
    current = next;
    wait = waitFor(next);
    quietSince = lookedAt = sampler.now();
    held = false;
  }
}

function isWhole(current: FileContent, held: boolean, next: FileState): boolean {
  const replaced = next.stamp.identity !== current.stamp.identity;
  return current.still && (held || replaced);
}

function extendsContent(next: FileState, current: FileContent): boolean {
  if (next.type === "problem" || next.bytes.byteLength <= current.bytes.byteLength) return false;
  return sameBytes(current.bytes, next.bytes.subarray(0, current.bytes.byteLength));
}

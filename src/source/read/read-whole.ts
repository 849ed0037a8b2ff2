import { sameBytes } from "../../model/bytes.ts";
import type { FileContent, FileState, Stamp } from "./file-state.ts";

/** What {@linkcode readWhole} needs of the world. */
export interface Sampler {
  /** Looks at the file without reading it. */
  stamp(): Promise<Stamp>;
  /** Reads it. */
  read(): Promise<FileState>;
  /** Is told what was read and is not the result. */
  drop(state: FileState): void;
  /** Waits. Rejects when the reading is given up. */
  sleep(ms: number): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** How often a file that was just written to is looked at, in milliseconds. */
const STEP_MS = 10;
/** How often in a row a writer must have started over before what it left is taken for whole. */
const ROUNDS = 2;
/**
 * Looks further apart than this, in milliseconds, as a busy machine has them, tell nothing of what
 * came in between: the rest of the one content and the start of the next may have.
 */
const PROMPT_MS = 30;
/** After this long, in milliseconds, a file that never rests is given up until its next change. */
const GIVE_UP_MS = 5_000;

/**
 * Reads a file once it is whole. Nothing tells where a writer that writes in place stops, so a
 * content counts as whole when
 *
 * - nothing was written for `quietMs`, which any writer that pauses less has then finished, or
 * - the writer keeps starting over: the content stood still, and the next one was not the same with
 *   more at its end, twice in a row, and never was meanwhile. (A slow writer adds; one that saves all
 *   the time leaves one whole content after the other, and waiting for quiet would starve. A writer
 *   that does both, writes in two pieces and starts over within 30 ms of the second, without end,
 *   cannot be told from it.)
 *
 * A problem that is there from the start, such as a missing file, is returned as it is. So is the last
 * state when the file never rests, a content then with `still: false`.
 */
export async function readWhole(sampler: Sampler, quietMs: number): Promise<FileState> {
  const started = sampler.now();
  let current = await sampler.read();
  let seenAt = sampler.now();
  let held = false;
  let rounds = 0;
  let lookedAt = seenAt;
  let grew = false;
  if (current.type === "problem") return current;
  for (;;) {
    const now = sampler.now();
    // By the file's own time, or by ours should the two clocks differ. What is gone has no time.
    const changedAt = current.type === "problem" ? seenAt : current.stamp.changedAt;
    const still = current.type === "problem" || current.still;
    if (still && Math.max(now - changedAt, now - seenAt) >= quietMs) return current;
    if (now - started > GIVE_UP_MS + quietMs) {
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
    if (isFilled(current)) {
      grew ||= extendsContent(next, current);
      rounds = prompt && isWhole(current, held, next) ? rounds + 1 : 0;
      if (rounds >= ROUNDS && !grew) {
        sampler.drop(next);
        return current;
      }
    }
    sampler.drop(current);
    current = next;
    seenAt = lookedAt = sampler.now();
    held = false;
  }
}

function isFilled(state: FileState): state is FileContent {
  return state.type === "content" && state.bytes.byteLength > 0;
}

function isWhole(current: FileContent, held: boolean, next: FileState): boolean {
  const replaced = next.stamp.identity !== current.stamp.identity;
  return current.still && (held || replaced);
}

function extendsContent(next: FileState, current: FileContent): boolean {
  if (next.type === "problem" || next.bytes.byteLength <= current.bytes.byteLength) return false;
  return sameBytes(current.bytes, next.bytes.subarray(0, current.bytes.byteLength));
}

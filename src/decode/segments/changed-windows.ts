import { commonPrefix, commonSuffix } from "../../model/value/bytes.ts";
import { meaningOf, RegionSplitter } from "./split-region.ts";
import type { RegionShape, Stretch } from "./region.ts";

/** Entries of a region that take the place of others. */
export interface Window {
  /** The index of the first old entry that they replace. */
  readonly from: number;
  /** The index after the last one. */
  readonly to: number;
  readonly stretches: readonly Stretch[];
}

/** What has changed in a region, and where it ends now. */
export interface ChangedRegion {
  readonly windows: readonly Window[];
  readonly end: number;
}

/** A region as it was. */
export interface KnownRegion {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Where its document ended. */
  readonly limit: number;
  readonly segments: readonly { readonly bytes: number }[];
}

/** How many old entries are looked at, after a change, for one that goes on as the new text does. */
const LOOK_AHEAD = 128;
/** After so many new entries it is time to see whether all the rest is the same. */
const PATIENCE = 8;
/** How much of an entry is compared byte by byte before its memory is. */
const GLANCE = 24;
/** After how many entries it pauses. */
const STEP = 64;

/**
 * Finds the entries that an edit can have touched, by comparing memory. After each difference it goes on
 * entry by entry until the old and the new text are in step again: at two entries in a row that are the
 * same. Then the next difference is looked for. An entry before the difference is read again, too, because
 * what was the first line of an entry may now be the end of the one before it.
 */
export function* changedWindows(
  known: KnownRegion,
  bytes: Uint8Array,
  start: number,
  end: number,
  shape: RegionShape,
): Generator<undefined, ChangedRegion, unknown> {
  const windows: Window[] = [];
  const { segments } = known;
  /** The old and the new text are in step here, at the start of the old entry `index`. */
  let [index, before, now] = [0, known.start, start];
  let steps = 0;
  let suffix: number | undefined;
  for (;;) {
    yield;
    const same = commonPrefix(
      known.bytes.subarray(before, known.end),
      bytes.subarray(now, end),
    );
    const differsAt = before + same;
    // The entry that the difference lies in, or the end.
    while (index < segments.length && before + segments[index]!.bytes <= differsAt) {
      const { bytes: length } = segments[index++]!;
      before += length;
      now += length;
    }
    if (index === segments.length && isEnd(bytes, now, end, shape)) return { windows, end: now };
    // One entry back: never one of a window, behind which two entries are the same.
    const from = Math.max(0, index - 1);
    if (from < index) {
      before -= segments[from]!.bytes;
      now -= segments[from]!.bytes;
    }
    index = from;
    const newDifference = now + (differsAt - before);
    const splitter = new RegionSplitter(bytes, now, end, shape);
    const stretches: Stretch[] = [];
    let found: Step | undefined;
    while (!splitter.hasEnded && found === undefined) {
      if (++steps % STEP === 0) yield;
      stretches.push(splitter.next());
      const at = splitter.position;
      if (splitter.hasEnded || at <= newDifference) continue;
      const first = { index, start: before };
      const most = Math.min(LOOK_AHEAD, 4 + 2 * stretches.length);
      found = stepByContent(known, bytes, first, at, most);
      if (found !== undefined || stretches.length < PATIENCE) continue;
      suffix ??= commonSuffix(
        known.bytes.subarray(0, known.limit),
        bytes.subarray(0, end),
        Infinity,
      );
      if (end - at <= suffix) found = stepAt(known, first, known.limit - (end - at));
    }
    windows.push({ from: index, to: found?.index ?? segments.length, stretches });
    if (found === undefined) return { windows, end: splitter.position };
    [index, before, now] = [found.index, found.start, splitter.position];
  }
}

/** An old entry, and where it starts. */
interface Step {
  readonly index: number;
  readonly start: number;
}

function nextOf({ index, start }: Step, segments: KnownRegion["segments"]): Step {
  return { index: index + 1, start: start + (segments[index]?.bytes ?? 0) };
}

/** Whether the region ends here, and would have if there were nothing behind it. */
function isEnd(bytes: Uint8Array, at: number, end: number, shape: RegionShape): boolean {
  if (at === end) return true;
  const isLineStart = at === 0 || bytes[at - 1] === 10;
  return isLineStart && meaningOf(bytes, at, end, shape) === "end";
}

/** The old entry that starts at this offset. */
function stepAt({ segments }: KnownRegion, from: Step, start: number): Step | undefined {
  let step = from;
  while (step.index < segments.length && step.start < start) step = nextOf(step, segments);
  return step.index < segments.length && step.start === start ? step : undefined;
}

/** The first old entry from which on two entries are what stands here. */
function stepByContent(
  known: KnownRegion,
  bytes: Uint8Array,
  from: Step,
  at: number,
  most: number,
): Step | undefined {
  let step = from;
  for (let looked = 0; looked < most && step.index < known.segments.length; looked++) {
    const next = nextOf(step, known.segments);
    const length = nextOf(next, known.segments).start - step.start;
    if (isSame(known.bytes, step.start, bytes, at, length)) return step;
    step = next;
  }
  return undefined;
}

function isSame(
  a: Uint8Array,
  startA: number,
  b: Uint8Array,
  startB: number,
  length: number,
): boolean {
  const glance = Math.min(GLANCE, length);
  for (let at = 0; at < glance; at++) if (a[startA + at] !== b[startB + at]) return false;
  if (startB + length > b.length) return false;
  return commonPrefix(a.subarray(startA, startA + length), b.subarray(startB, startB + length)) ===
    length;
}

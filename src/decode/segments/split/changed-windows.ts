import { commonPrefix, commonSuffix, sameBytes } from "../../../model/value/bytes.ts";
import { PAUSE_AFTER } from "../../../model/value/pause-after.ts";
import type { RegionShape, Stretch } from "../region.ts";
import type { Segment } from "../segment.ts";
import { SegmentCursor } from "../segment-cursor.ts";
import type { SegmentList } from "../segment-list.ts";
import { isEndAt, splitterOf } from "./split-region.ts";

/** Entries of a region that take the place of others. */
export interface Window<A> {
  /** The index of the first old entry that they replace. */
  readonly from: number;
  readonly removed: readonly Segment<A>[];
  readonly stretches: readonly Stretch[];
}

/** What has changed in a region, and where it ends now. */
export interface ChangedRegion<A> {
  readonly windows: readonly Window<A>[];
  readonly end: number;
}

/** A region as it was. */
export interface KnownRegion<A> {
  /** The bytes of its file. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly segments: SegmentList<A>;
  /** How many bytes at the start of its file are known to be what they were. */
  readonly same: number;
}

/** How many old entries are looked at, after a change, for one that goes on as the new text does. */
const LOOK_AHEAD = 128;
/** After so many new entries it is time to see whether all the rest is the same. */
const PATIENCE = 8;
/** How much of an entry is compared byte by byte before its memory is. */
const GLANCE = 24;

/**
 * Finds the entries that an edit can have touched, by comparing memory. After each difference it goes on
 * entry by entry until the old and the new text are in step again: at two entries in a row that are the
 * same. Then the next difference is looked for. An entry before the difference is looked at again, too, because
 * what was the first line of an entry may now be the end of the one before it.
 */
export function* changedWindows<A>(
  known: KnownRegion<A>,
  bytes: Uint8Array,
  start: number,
  shape: RegionShape,
): Generator<undefined, ChangedRegion<A>, unknown> {
  const windows: Window<A>[] = [];
  const end = bytes.length;
  /** Where the old text is in step with the new one, which is here `shift` bytes further. */
  let before = new SegmentCursor(known.segments, known.start);
  let shift = start - known.start;
  let steps = 0;
  let suffix: number | undefined;
  for (;;) {
    yield;
    const from = shift === 0 ? Math.max(before.start, known.same) : before.start;
    const differsAt = from + commonPrefix(
      known.bytes.subarray(from, Math.max(from, known.end)),
      bytes.subarray(from + shift),
    );
    before.skipTo(differsAt);
    if (before.segment === undefined && isEndAt(bytes, before.start + shift, shape)) {
      return { windows, end: before.start + shift };
    }
    // One entry back: never one of a window, behind which two entries are the same.
    before.back();
    const splitter = splitterOf(bytes, before.start + shift, shape);
    const stretches: Stretch[] = [];
    let found: SegmentCursor<A> | undefined;
    while (!splitter.hasEnded && found === undefined) {
      if (++steps % PAUSE_AFTER === 0) yield;
      stretches.push(splitter.next());
      const at = splitter.position;
      if (splitter.hasEnded || at <= differsAt + shift) continue;
      const most = Math.min(LOOK_AHEAD, 4 + 2 * stretches.length);
      found = stepByContent(known, bytes, before, at, most);
      if (found !== undefined || stretches.length < PATIENCE) continue;
      suffix ??= commonSuffix(known.bytes, bytes, Infinity);
      if (end - at <= suffix) found = stepAt(before, known.bytes.length - (end - at));
    }
    const window = windowOf(known.bytes, bytes, before, found, stretches);
    if (window.removed.length + window.stretches.length > 0) windows.push(window);
    if (found === undefined) return { windows, end: splitter.position };
    shift = splitter.position - found.start;
    before = found;
  }
}

/** The entries from one old place to another, or to the end, but for a first one that is the same. */
function windowOf<A>(
  known: Uint8Array,
  bytes: Uint8Array,
  first: SegmentCursor<A>,
  last: SegmentCursor<A> | undefined,
  stretches: readonly Stretch[],
): Window<A> {
  const [{ start, index }, [stretch]] = [first, stretches];
  const removed: Segment<A>[] = [];
  for (const at = first.copy(); at.segment !== undefined && at.index !== last?.index; at.next()) {
    removed.push(at.segment);
  }
  const isSame = removed.length > 0 && stretch !== undefined && sameBytes(
    known.subarray(start, start + removed[0]!.bytes),
    bytes.subarray(stretch.start, stretch.end),
  );
  if (!isSame) return { from: index, removed, stretches };
  return { from: index + 1, removed: removed.slice(1), stretches: stretches.slice(1) };
}

/** The old entry that starts at this offset. */
function stepAt<A>(from: SegmentCursor<A>, start: number): SegmentCursor<A> | undefined {
  const step = from.copy();
  step.skipTo(start);
  return step.segment !== undefined && step.start === start ? step : undefined;
}

/** The first old entry from which on two entries are what stands here. */
function stepByContent<A>(
  known: KnownRegion<A>,
  bytes: Uint8Array,
  from: SegmentCursor<A>,
  at: number,
  most: number,
): SegmentCursor<A> | undefined {
  const [step, ahead] = [from.copy(), from.copy()];
  ahead.next();
  ahead.next();
  for (let looked = 0; looked < most && step.segment !== undefined; looked++) {
    if (isSame(known.bytes, step.start, bytes, at, ahead.start - step.start)) return step;
    step.next();
    ahead.next();
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
  return sameBytes(a.subarray(startA, startA + length), b.subarray(startB, startB + length));
}

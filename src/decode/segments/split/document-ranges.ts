import { sameBytes } from "../../../model/value/bytes.ts";
import { PAUSE_AFTER } from "../../../model/value/pause-after.ts";
import type { Place } from "../region.ts";
import { afterSpaces, isBlank, isDocumentMarker, LF, startOfText } from "./byte-lines.ts";

/** A part of a file that has nothing to do with the others. */
export interface DocumentRange extends Place {
  /** Whether it has nothing but white space and comments. */
  readonly isEmpty: boolean;
}

/** A range that was read before, or another one that was in its place. */
export interface KnownRange<R> {
  readonly range: R;
  readonly isSame: boolean;
}

const [DOT, PERCENT] = [46, 37];

/**
 * Divides a file into its YAML documents: `---` in the first column starts one, whatever it stands in, and `...`
 * ends one; what stands before, between and behind them is empty. Gives undefined where only the whole file can
 * tell: with directives, and with a document that has no `---` behind a `...`.
 */
export function* documentRanges(
  bytes: Uint8Array,
): Generator<undefined, readonly DocumentRange[] | undefined, unknown> {
  const ranges: DocumentRange[] = [];
  const end = bytes.length;
  let [start, startLine, line] = [0, 0, 0];
  let [isEmpty, hasEnded] = [true, false];
  for (let at = startOfText(bytes); at < end;) {
    if (bytes[at] === PERCENT) return undefined;
    if (isDocumentMarker(bytes, at, end)) {
      if (at > start) ranges.push({ start, end: at, line: startLine, isEmpty });
      hasEnded = bytes[at] === DOT;
      isEmpty = isBlank(bytes, at + 3, end);
      [start, startLine] = [at, line];
    } else isEmpty &&= isBlank(bytes, afterSpaces(bytes, at), end);
    if (hasEnded && !isEmpty) return undefined;
    at = bytes.indexOf(LF, at) + 1;
    if (at === 0) break;
    if (++line % PAUSE_AFTER === 0) yield;
  }
  ranges.push({ start, end, line: startLine, isEmpty });
  return ranges;
}

/** How many known ranges are looked at for one that is the same. */
const LOOK_AHEAD = 64;

/** Pairs ranges with known ones, in their order: equal ones, and those that stand between the same two pairs. */
export function pairRanges<R extends DocumentRange>(
  known: { readonly bytes: Uint8Array; readonly ranges: readonly R[] },
  bytes: Uint8Array,
  ranges: readonly DocumentRange[],
): readonly (KnownRange<R> | undefined)[] {
  const textOf = ({ start, end }: R): Uint8Array => known.bytes.subarray(start, end);
  const pairs: (KnownRange<R> | undefined)[] = [];
  /** The first range without a pair, and the first known one that may be its pair. */
  let [open, next] = [0, 0];
  const pairOpen = (end: number): void => {
    for (; open < pairs.length; open++) {
      const range = next < end ? known.ranges[next++] : undefined;
      pairs[open] = range && { range, isSame: false };
    }
  };
  for (const range of ranges) {
    const text = bytes.subarray(range.start, range.end);
    const last = Math.min(next + LOOK_AHEAD, known.ranges.length);
    let at = next;
    while (at < last && !sameBytes(textOf(known.ranges[at]!), text)) at++;
    if (at === last) pairs.push(undefined);
    else {
      pairOpen(at);
      pairs.push({ range: known.ranges[at]!, isSame: true });
      [open, next] = [pairs.length, at + 1];
    }
  }
  pairOpen(known.ranges.length);
  return pairs;
}

import type { Layout } from "../../layout.ts";
import { type ChangedRegion, changedWindows, type Window } from "./changed-windows.ts";
import { columnOf, countLines } from "./byte-lines.ts";
import { RegionFinder } from "./find-region.ts";
import { JsonRegionFinder } from "./json-region.ts";
import {
  isSamePath,
  isSameShape,
  type Region,
  type RegionPlace,
  type RegionShape,
  type Stretch,
} from "../region.ts";
import { SegmentList } from "../segment-list.ts";
import { isEntryAt, splitterOf } from "./split-region.ts";

/** A region that is told apart by its lines, and what of it is to be read. */
export interface SplitRegion<A> {
  readonly type: "split";
  readonly tokens: readonly string[];
  readonly shape: RegionShape;
  readonly place: RegionPlace;
  /** How many line breaks are in it. */
  readonly lines: number;
  /** The segments that the windows are of. */
  readonly known: SegmentList<A>;
  readonly windows: readonly Window<A>[];
}

/**
 * The paths below which entries may be told apart by their lines; undefined when the layout wants to see a
 * document as a whole.
 */
export function splittablePaths(
  { at, id, documents, extract }: Layout,
): readonly (readonly string[])[] | undefined {
  // Which documents are wanted, and what is refused in one, is told of the file as a whole.
  if (extract !== undefined || documents !== undefined) return undefined;
  // What is named by its file is one agent, and no map of them.
  if (id?.some((rule) => "part" in rule) === true) return undefined;
  if (at.some((keys) => keys.includes("*"))) return undefined;
  // Where one place is within another, the inner one is no part of the outer's entries.
  const isWithin = at.some((outer) =>
    at.some((inner) => inner !== outer && outer.every((key, index) => inner[index] === key))
  );
  return isWithin ? undefined : at;
}

/**
 * Finds the regions of a file that is one document, and what of them has changed. Gives undefined when there is
 * none whose entries can be told apart.
 *
 * @param known the file as it was
 */
export function* splitDocument<A>(
  bytes: Uint8Array,
  paths: readonly (readonly string[])[],
  syntax: RegionShape["syntax"],
  known: { readonly bytes: Uint8Array; readonly regions: readonly Region<A>[] } | undefined,
): Generator<undefined, readonly SplitRegion<A>[] | undefined, unknown> {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let [from, line] = [hasMark ? 3 : 0, 0];
  const finder = syntax === "json"
    ? new JsonRegionFinder(bytes, paths)
    : new RegionFinder(bytes, from, bytes.length, paths);
  const regions: SplitRegion<A>[] = [];
  for (;;) {
    const found = finder.next(from);
    if (found === "several") return undefined;
    if (found === undefined) return regions.length === 0 ? undefined : regions;
    const { shape, start } = found;
    if (!isEntryAt(bytes, start, shape)) return undefined;
    if (regions.some(({ tokens }) => isSamePath(tokens, shape.tokens))) return undefined;
    const before = known?.regions.find((one) => one.shape && isSameShape(one.shape, shape));
    const { windows, end } = before === undefined || known === undefined
      ? yield* wholeRegion<A>(bytes, start, shape)
      : yield* changedWindows(
        { ...before.place, bytes: known.bytes, segments: before.segments },
        bytes,
        start,
        shape,
      );
    line += countLines(bytes, from, start);
    let lines = before?.segments.lines ?? 0;
    for (const { removed, stretches } of windows) {
      for (const segment of removed) lines -= segment.lines;
      for (const stretch of stretches) lines += stretch.lines;
    }
    regions.push({
      type: "split",
      tokens: shape.tokens,
      shape,
      place: { start, end, line, column: columnOf(bytes, start) },
      lines,
      known: before?.segments ?? SegmentList.of([]),
      windows,
    });
    [from, line] = [end, line + lines];
    yield;
  }
}

/** A region of which nothing is known: it is one window. */
export function* wholeRegion<A>(
  bytes: Uint8Array,
  start: number,
  shape: RegionShape,
): Generator<undefined, ChangedRegion<A>, unknown> {
  const splitter = splitterOf(bytes, start, shape);
  const stretches: Stretch[] = [];
  while (!splitter.hasEnded) {
    stretches.push(splitter.next());
    if (stretches.length % STEP === 0) yield;
  }
  return { windows: [{ from: 0, removed: [], stretches }], end: splitter.position };
}

/** After how many entries it pauses. */
const STEP = 256;

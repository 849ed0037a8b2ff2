import type { Layout } from "../../layout.ts";
import { type ChangedRegion, changedWindows, type Window } from "./changed-windows.ts";
import { columnOf, countLines, startOfText } from "./byte-lines.ts";
import type { DocumentRange } from "./document-ranges.ts";
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
import { isEntryAt, splitterOf } from "./split-region.ts";

/** A region that is told apart by its lines, and what of it is to be read. */
export interface SplitRegion<A> {
  readonly type: "split";
  readonly tokens: readonly string[];
  readonly shape: RegionShape;
  readonly place: RegionPlace;
  /** How many line breaks are in it. */
  readonly lines: number;
  /** The region that the windows are of, as it was. */
  readonly before: Region<A> | undefined;
  readonly windows: readonly Window<A>[];
}

/** A document as it was, and the bytes of its file up to its end. */
export interface KnownDocument<A> {
  readonly bytes: Uint8Array;
  /** How many bytes at the start of the file are known to be what they were. */
  readonly same: number;
  readonly regions: readonly Region<A>[];
}

/**
 * The paths below which entries may be told apart by their lines; undefined when the layout wants to see a
 * document as a whole.
 */
export function splittablePaths(
  { at, id, documents, extract }: Layout,
): readonly (readonly string[])[] | undefined {
  if (extract !== undefined || typeof documents === "function") return undefined;
  // Whether a document is wanted is told by what it says around its entries.
  if (
    documents !== undefined &&
    at.some(([first]) => first === undefined || Object.hasOwn(documents, first))
  ) {
    return undefined;
  }
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
 * Finds the regions of a document, and what of them has changed. Gives undefined when there is none whose entries
 * can be told apart.
 *
 * @param file the bytes of its file
 * @param known the document as it was
 */
export function* splitDocument<A>(
  file: Uint8Array,
  range: DocumentRange,
  paths: readonly (readonly string[])[],
  syntax: RegionShape["syntax"],
  known: KnownDocument<A> | undefined,
): Generator<undefined, readonly SplitRegion<A>[] | undefined, unknown> {
  const bytes = file.subarray(0, range.end);
  let [from, line] = [range.start === 0 ? startOfText(bytes) : range.start, range.line];
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
        { ...before.place, ...known, segments: before.segments },
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
      before,
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

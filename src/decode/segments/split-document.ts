import type { Layout } from "../layout.ts";
import { changedWindows, type Window } from "./changed-windows.ts";
import { RegionFinder } from "./find-region.ts";
import type { LeftOut } from "./outline.ts";
import {
  isSameShape,
  type Region,
  type RegionPlace,
  type RegionShape,
  type Stretch,
} from "./region.ts";
import { meaningOf, RegionSplitter } from "./split-region.ts";

/** Bytes of a file that are one document. */
export interface DocumentRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** How many line breaks stand before it. */
  readonly line: number;
}

/** A document as it was read last. */
export interface KnownRange<A> extends DocumentRange {
  readonly regions: readonly Region<A>[];
}

/** A region that is told apart by its lines, and what of it is to be read. */
export interface SplitRegion<A> {
  readonly type: "split";
  readonly tokens: readonly string[];
  /** `line` is not known before the outline is. */
  readonly place: Omit<RegionPlace, "line">;
  readonly lines: number;
  readonly known: Region<A> | undefined;
  readonly windows: readonly Window[];
}

/** After how many entries it pauses. */
const STEP = 256;

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
 * Finds the regions of a document, and what of them has changed. Gives undefined when there is none whose
 * entries can be told apart.
 */
export function* splitDocument<A>(
  { bytes, start, end }: DocumentRange,
  paths: readonly (readonly string[])[],
  known: KnownRange<A> | undefined,
): Generator<undefined, readonly SplitRegion<A>[] | undefined, unknown> {
  const hasMark = start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  let from = hasMark ? 3 : start;
  const finder = new RegionFinder(bytes, from, end, paths);
  const regions: SplitRegion<A>[] = [];
  for (;;) {
    const found = finder.next(from);
    if (found === "several") return undefined;
    if (found === undefined) return regions.length === 0 ? undefined : regions;
    const { shape } = found;
    if (meaningOf(bytes, found.start, end, shape) !== "entry") return undefined;
    if (regions.some(({ tokens }) => tokens.join("\0") === shape.tokens.join("\0"))) {
      return undefined;
    }
    const before = known?.regions.find(({ place }) => place && isSameShape(place.shape, shape));
    const changed = before?.place === undefined || known === undefined
      ? yield* wholeRegion(bytes, found.start, end, shape)
      : yield* changedWindows(
        {
          bytes: known.bytes,
          start: before.place.start,
          end: before.place.end,
          limit: known.end,
          segments: before.segments,
        },
        bytes,
        found.start,
        end,
        shape,
      );
    regions.push({
      type: "split",
      tokens: shape.tokens,
      place: { shape, start: found.start, end: changed.end },
      lines: linesOf(before, changed.windows),
      known: before,
      windows: changed.windows,
    });
    from = changed.end;
    yield;
  }
}

/** What a document has in place of its regions. */
export function leftOutOf<A>({ place, lines }: SplitRegion<A>): LeftOut {
  return { ...place, lines };
}

/** All stretches of a region, with the segment where one is known. */
export function* stretchesOf<A>(
  { place, known, windows }: SplitRegion<A>,
): Generator<{ readonly stretch: Stretch; readonly segment: Segment<A> | undefined }> {
  let at = place.start;
  let index = 0;
  const kept = function* (to: number) {
    for (; index < to; index++) {
      const segment = known!.segments[index]!;
      const stretch = { start: at, end: at + segment.bytes, lines: segment.lines };
      at = stretch.end;
      yield { stretch, segment };
    }
  };
  for (const { from, to, stretches } of windows) {
    yield* kept(from);
    for (const stretch of stretches) yield { stretch, segment: undefined };
    at = stretches.at(-1)?.end ?? at;
    index = to;
  }
  yield* kept(known?.segments.length ?? 0);
}

type Segment<A> = Region<A>["segments"][number];

function* wholeRegion(
  bytes: Uint8Array,
  start: number,
  end: number,
  shape: RegionShape,
): Generator<undefined, { windows: readonly Window[]; end: number }, unknown> {
  const splitter = new RegionSplitter(bytes, start, end, shape);
  const stretches: Stretch[] = [];
  while (!splitter.hasEnded) {
    stretches.push(splitter.next());
    if (stretches.length % STEP === 0) yield;
  }
  return { windows: [{ from: 0, to: 0, stretches }], end: splitter.position };
}

function linesOf<A>(known: Region<A> | undefined, windows: readonly Window[]): number {
  let lines = 0;
  let index = 0;
  const kept = (to: number): void => {
    for (; index < to; index++) lines += known!.segments[index]!.lines;
  };
  for (const { from, to, stretches } of windows) {
    kept(from);
    for (const stretch of stretches) lines += stretch.lines;
    index = to;
  }
  kept(known?.segments.length ?? 0);
  return lines;
}

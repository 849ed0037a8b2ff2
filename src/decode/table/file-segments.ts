import { pointerTo } from "../report/pointer.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";
import { type Region, type Segment, tokensOfSegment } from "../segments/region.ts";

/** A segment, and where it stands in its file. */
export interface PlacedSegment<A> {
  readonly segment: Segment<A>;
  readonly region: Region<A>;
  readonly index: number;
  /** Where the text starts and ends that its offsets count in, in bytes. */
  readonly start: number;
  readonly end: number;
  /** How many line breaks stand before that text. */
  readonly line: number;
}

/** Goes through the segments of a region. */
export function* segmentsOf<A>(
  region: Region<A>,
  whole: { readonly start: number; readonly end: number; readonly line: number },
): Generator<PlacedSegment<A>, undefined, undefined> {
  const { segments, place } = region;
  let { start, line } = place ?? whole;
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index]!;
    const end = place === undefined ? whole.end : start + segment.bytes;
    yield { segment, region, index, start, end, line };
    start += segment.bytes;
    line += segment.lines;
  }
}

/** Goes through the segments of a file in its order. */
export function* segmentsOfFile<A>(
  { documents }: DecodedFile<A>,
): Generator<PlacedSegment<A>, undefined, undefined> {
  for (const { range, regions } of documents) {
    for (const region of regions) yield* segmentsOf(region, range);
  }
}

/** The lists of segments of a file in its order. */
export function listsOf<A>({ documents }: DecodedFile<A>): readonly (readonly Segment<A>[])[] {
  return documents.flatMap(({ regions }) => regions.map(({ segments }) => segments));
}

/** JSON Pointer to a segment. */
export function pointerOf<A>({ region, segment, index }: PlacedSegment<A>): string {
  return pointerTo(...tokensOfSegment(region, segment, index));
}

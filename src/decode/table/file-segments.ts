import { pointerTo } from "../report/pointer.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";
import { type Region, tokensOfSegment } from "../segments/region.ts";
import type { Segment } from "../segments/segment.ts";

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

/**
 * Goes through the segments of a region.
 *
 * @param size how many bytes its file has
 */
export function* segmentsOf<A>(
  region: Region<A>,
  size: number,
): Generator<PlacedSegment<A>, undefined, undefined> {
  const { segments, place } = region;
  let { start, line } = place ?? { start: 0, line: 0 };
  let index = 0;
  for (const segment of segments) {
    const end = place === undefined ? size : start + segment.bytes;
    yield { segment, region, index: index++, start, end, line };
    start += segment.bytes;
    line += segment.lines;
  }
}

/** Goes through the segments of a file that count, in its order. */
export function* segmentsOfFile<A>(
  file: DecodedFile<A>,
): Generator<PlacedSegment<A>, undefined, undefined> {
  for (const region of file.regions) yield* segmentsOf(region, file.bytes.length);
}

/** JSON Pointer to a segment. */
export function pointerOf<A>({ region, segment, index }: PlacedSegment<A>): string {
  return pointerTo(...tokensOfSegment(region, segment, index));
}

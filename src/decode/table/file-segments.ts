import type { Position } from "../report/line-index.ts";
import { pointerTo } from "../report/pointer.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";
import { type Region, tokensOfSegment } from "../segments/region.ts";
import type { Segment } from "../segments/segment.ts";
import type { Chunk } from "../segments/segment-list.ts";

/** A segment, and where it stands in its file. */
export interface PlacedSegment<A> {
  readonly segment: Segment<A>;
  readonly region: Region<A>;
  readonly index: number;
  /** Where the text starts and ends that its offsets count in, in bytes. */
  readonly start: number;
  readonly end: number;
  /** How many line breaks stand before that text, and how many characters in its line. */
  readonly line: number;
  readonly column: number;
}

/** Which chunks are looked at; the others are passed over as one. */
type IsWanted<A> = (chunk: Chunk<A>) => boolean;

/** Goes through the segments of a region. */
export function* segmentsOf<A>(
  region: Region<A>,
  isWanted: IsWanted<A> = () => true,
): Generator<PlacedSegment<A>, undefined, undefined> {
  const { segments: { chunks }, shape, place } = region;
  let { start, line, column } = place;
  let index = 0;
  const pass = (
    { length, bytes, lines, tail }: Pick<Chunk<A>, "length" | "bytes" | "lines" | "tail">,
  ): void => {
    index += length;
    start += bytes;
    line += lines;
    column = lines > 0 ? tail : column + tail;
  };
  for (const chunk of chunks) {
    if (!isWanted(chunk)) pass(chunk);
    else {
      for (const segment of chunk.segments) {
        const end = shape === undefined ? place.end : start + segment.bytes;
        yield { segment, region, index, start, end, line, column };
        pass({ length: 1, bytes: segment.bytes, lines: segment.lines, tail: segment.tail });
      }
    }
  }
}

/** Goes through the segments of a file that count, in its order. */
export function* segmentsOfFile<A>(
  file: Pick<DecodedFile<A>, "regions">,
  isWanted?: IsWanted<A>,
): Generator<PlacedSegment<A>, undefined, undefined> {
  for (const region of file.regions) yield* segmentsOf(region, isWanted);
}

/** The place of an entry: that of its key, or of itself where it has none. */
export function positionOf<A>({ segment, line, column }: PlacedSegment<A>): Position {
  return {
    line: line + segment.line + 1,
    column: segment.line === 0 ? column + segment.column : segment.column,
  };
}

/** JSON Pointer to a segment. */
export function pointerOf<A>({ region, segment, index }: PlacedSegment<A>): string {
  return pointerTo(...tokensOfSegment(region, segment, index));
}

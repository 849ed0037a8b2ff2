import type { Segment } from "./segment.ts";

/** What holds for all of some segments that follow each other. */
interface Sums {
  readonly length: number;
  /** How many bytes they take. */
  readonly bytes: number;
  /** How many line breaks are in them. */
  readonly lines: number;
  /** How many characters stand behind the last line break. */
  readonly tail: number;
  readonly hasFindings: boolean;
  /** Whether other agents are named in them. */
  readonly hasNames: boolean;
  /** Whether one of them has anchors or aliases. */
  readonly isLinked: boolean;
}

/** Some segments that follow each other. */
export interface Chunk<A> extends Sums {
  readonly segments: readonly Segment<A>[];
}

/** Segments that take the place of others. */
export interface Replacement<A> {
  /** The index of the first one that they replace. */
  readonly from: number;
  readonly removed: readonly Segment<A>[];
  readonly added: readonly Segment<A>[];
}

/** How many segments there are in a chunk at most. */
const MOST = 128;

/**
 * The segments of a region. Immutable: a list with others in some places shares the rest, and what is asked
 * of all segments is known without looking at each.
 */
export class SegmentList<A> implements Iterable<Segment<A>> {
  readonly chunks: readonly Chunk<A>[];
  readonly length: number;
  readonly bytes: number;
  readonly lines: number;
  readonly isLinked: boolean;

  private constructor(chunks: readonly Chunk<A>[]) {
    this.chunks = chunks;
    const { length, bytes, lines, isLinked } = sumsOf(chunks);
    this.length = length;
    this.bytes = bytes;
    this.lines = lines;
    this.isLinked = isLinked;
  }

  static of<A>(segments: readonly Segment<A>[]): SegmentList<A> {
    return new SegmentList(chunksOf(segments));
  }

  *[Symbol.iterator](): Generator<Segment<A>, undefined, undefined> {
    for (const { segments } of this.chunks) yield* segments;
  }

  /** @param replacements in the order of the list */
  with(replacements: readonly Replacement<A>[]): SegmentList<A> {
    if (replacements.length === 0) return this;
    const chunks: Chunk<A>[] = [];
    const waiting = replacements.values();
    let replacement = waiting.next().value;
    let open: Segment<A>[] = [];
    /** The index of the next segment, and of the next one that stays. */
    let [index, stays] = [0, 0];
    for (const chunk of this.chunks) {
      const end = index + chunk.length;
      if (stays <= index && (replacement === undefined || replacement.from >= end)) {
        chunks.push(...chunksOf(open), chunk);
        open = [];
      } else {
        for (const segment of chunk.segments) {
          while (replacement?.from === index) {
            for (const added of replacement.added) open.push(added);
            stays = index + replacement.removed.length;
            replacement = waiting.next().value;
          }
          if (index >= stays) open.push(segment);
          index++;
        }
      }
      index = end;
    }
    for (; replacement !== undefined; replacement = waiting.next().value) {
      for (const added of replacement.added) open.push(added);
    }
    return new SegmentList([...chunks, ...chunksOf(open)]);
  }
}

function chunksOf<A>(segments: readonly Segment<A>[]): readonly Chunk<A>[] {
  // Of the same size, so that no edit leaves crumbs.
  const size = Math.ceil(segments.length / Math.ceil(segments.length / MOST));
  const chunks: Chunk<A>[] = [];
  for (let from = 0; from < segments.length; from += size) {
    const part = segments.slice(from, from + size);
    chunks.push({ segments: part, ...sumsOf(part.map(sumsOfOne)) });
  }
  return chunks;
}

function sumsOfOne<A>({ bytes, lines, tail, findings, names, isLinked }: Segment<A>): Sums {
  const [hasFindings, hasNames] = [findings.length > 0, names.length > 0];
  return { length: 1, bytes, lines, tail, hasFindings, hasNames, isLinked };
}

function sumsOf(all: readonly Sums[]): Sums {
  let [length, bytes, lines, tail] = [0, 0, 0, 0];
  let [hasFindings, hasNames, isLinked] = [false, false, false];
  for (const one of all) {
    length += one.length;
    bytes += one.bytes;
    lines += one.lines;
    tail = one.lines > 0 ? one.tail : tail + one.tail;
    hasFindings ||= one.hasFindings;
    hasNames ||= one.hasNames;
    isLinked ||= one.isLinked;
  }
  return { length, bytes, lines, tail, hasFindings, hasNames, isLinked };
}

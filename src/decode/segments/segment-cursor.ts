import type { Segment } from "./segment.ts";
import type { SegmentList } from "./segment-list.ts";

/** A place in a list of segments: before one of them, or at its end. */
export class SegmentCursor<A> {
  /** How many segments stand before it. */
  index = 0;
  /** Where it is, in bytes. */
  start: number;
  readonly #list: SegmentList<A>;
  #chunk = 0;
  #at = 0;

  constructor(list: SegmentList<A>, start: number) {
    this.#list = list;
    this.start = start;
  }

  /** The segment behind it. */
  get segment(): Segment<A> | undefined {
    return this.#list.chunks[this.#chunk]?.segments[this.#at];
  }

  copy(): SegmentCursor<A> {
    const copy = new SegmentCursor(this.#list, this.start);
    [copy.index, copy.#chunk, copy.#at] = [this.index, this.#chunk, this.#at];
    return copy;
  }

  /** Passes a segment, if there is one. */
  next(): void {
    const { segment } = this;
    if (segment === undefined) return;
    this.start += segment.bytes;
    this.index++;
    if (++this.#at < this.#list.chunks[this.#chunk]!.length) return;
    this.#chunk++;
    this.#at = 0;
  }

  /** Goes back by a segment, if there is one. */
  back(): void {
    if (this.index === 0) return;
    if (this.#at === 0) this.#at = this.#list.chunks[--this.#chunk]!.length;
    this.#at--;
    this.index--;
    this.start -= this.segment!.bytes;
  }

  /** Passes all segments that end at an offset or before it. */
  skipTo(offset: number): void {
    for (let { segment } = this; segment !== undefined; { segment } = this) {
      const chunk = this.#list.chunks[this.#chunk]!;
      if (this.#at === 0 && this.start + chunk.bytes <= offset) {
        this.start += chunk.bytes;
        this.index += chunk.length;
        this.#chunk++;
      } else if (this.start + segment.bytes <= offset) this.next();
      else return;
    }
  }
}

import type { CollectionType } from "../extract/extract-members.ts";
import type { Segment } from "./segment.ts";
import type { SegmentList } from "./segment-list.ts";

/** A part of a file. */
export interface Place {
  /** Where it is, in bytes. */
  readonly start: number;
  readonly end: number;
  /** How many line breaks stand before it. */
  readonly line: number;
}

/** The same part when it stands somewhere else. */
export function movedPlace<P extends Place>(place: P, bytes: number, lines: number): P {
  const { start, end, line } = place;
  return { ...place, start: start + bytes, end: end + bytes, line: line + lines };
}

/** A part of the bytes of a file. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** How many line breaks are in it. */
  readonly lines: number;
}

/** How the entries of a region are told apart: by lines those of a block map or block list, by commas in JSON. */
export interface RegionShape {
  readonly syntax: "yaml" | "json";
  /** The keys that lead to it. */
  readonly tokens: readonly string[];
  readonly type: "map" | "list";
  /** The column at which its entries start; in JSON 0, whatever it is. */
  readonly indent: number;
  /** A line that starts at this column, or further left, is not in it any more; in JSON 0. */
  readonly outer: number;
}

/** The entries at one place of a document. */
export interface Region<A> {
  /** Keys and indexes that lead to it. */
  readonly tokens: readonly string[];
  readonly type: CollectionType;
  readonly segments: SegmentList<A>;
  /** How its entries are told apart; undefined when they have no stretches of their own. */
  readonly shape: RegionShape | undefined;
  /** Where their stretches are; where there are none, the text that all their offsets count in. */
  readonly place: RegionPlace;
}

/** Where a region is. */
export interface RegionPlace extends Place {
  /** How many characters stand before it in its line. */
  readonly column: number;
}

/** Whether entries of the one are read as those of the other. */
export function isSameShape(a: RegionShape, b: RegionShape): boolean {
  return a.type === b.type && a.indent === b.indent && a.outer === b.outer &&
    isSamePath(a.tokens, b.tokens);
}

/** Whether keys lead to the same place. */
export function isSamePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((token, at) => token === b[at]);
}

/** Keys and indexes that lead to a segment. */
export function tokensOfSegment<A>(
  { tokens, type }: Pick<Region<A>, "tokens" | "type">,
  { key }: Pick<Segment<A>, "key">,
  index: number,
): readonly string[] {
  return type === "one" ? tokens : [...tokens, key ?? String(index)];
}

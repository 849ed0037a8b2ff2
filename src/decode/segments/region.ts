import type { CollectionType } from "../extract/extract-members.ts";
import type { Finding } from "../report/finding.ts";

/** A part of the bytes of a file. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** How many line breaks are in it. */
  readonly lines: number;
}

/** How the entries of a block map or block list are told apart by their lines. */
export interface RegionShape {
  /** The keys that lead to it. */
  readonly tokens: readonly string[];
  readonly type: "map" | "list";
  /** The column at which its entries start. */
  readonly indent: number;
  /** A line that starts at this column, or further left, is not in it any more. */
  readonly outer: number;
}

/** All that is remembered of one entry: as long as its bytes are the same, nothing is read again. */
export interface Segment<A> {
  /** Undefined when it has none. */
  readonly id: string | undefined;
  /** Its key in a map. */
  readonly key: string | undefined;
  /** Undefined when it is not valid. */
  readonly agent: A | undefined;
  /** What is wrong with it by itself, in the order of the text. Offsets and pointers count from its start. */
  readonly findings: readonly Finding[];
  /** The names of other agents in it, whether there are such agents or not. */
  readonly names: readonly string[];
  /** How many bytes it takes; 0 when it has no stretch of its own. */
  readonly bytes: number;
  /** How many line breaks are among them. */
  readonly lines: number;
  /** Offset of its key, or of itself where it has none: in its stretch, or in the document. */
  readonly offset: number;
  /** How many line breaks stand before that. */
  readonly line: number;
  /** Its 1-based column. */
  readonly column: number;
  /** Whether it has anchors or aliases. */
  readonly isLinked: boolean;
  /** How many nodes its aliases stand for. */
  readonly aliased: number;
}

/** The entries at one place of a document. */
export interface Region<A> {
  /** Keys and indexes that lead to it. */
  readonly tokens: readonly string[];
  readonly type: CollectionType;
  readonly segments: readonly Segment<A>[];
  /** Where it is, when each segment has a stretch of its own. */
  readonly place: RegionPlace | undefined;
}

/** Where the stretches of a region are. */
export interface RegionPlace {
  readonly shape: RegionShape;
  readonly start: number;
  readonly end: number;
  /** How many line breaks stand before it. */
  readonly line: number;
}

/** Whether entries of the one are read as those of the other. */
export function isSameShape(a: RegionShape, b: RegionShape): boolean {
  return a.type === b.type && a.indent === b.indent && a.outer === b.outer &&
    a.tokens.length === b.tokens.length && a.tokens.every((token, at) => token === b.tokens[at]);
}

/** Keys and indexes that lead to a segment. */
export function tokensOfSegment<A>(
  { tokens, type }: Pick<Region<A>, "tokens" | "type">,
  { key }: Pick<Segment<A>, "key">,
  index: number,
): readonly string[] {
  return type === "one" ? tokens : [...tokens, key ?? String(index)];
}

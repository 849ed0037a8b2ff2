import type { Finding } from "../report/finding.ts";

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
  /** Its 1-based column; in the first line of a stretch that starts within a line, it counts from there. */
  readonly column: number;
  /** How many characters stand in its last line. */
  readonly tail: number;
  /** Whether it has anchors or aliases. */
  readonly isLinked: boolean;
}

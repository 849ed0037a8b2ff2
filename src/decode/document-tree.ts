import type { Finding } from "./report/finding.ts";

/** A parsed document of any format: data, and where in the text it stands. */
export interface DocumentTree {
  readonly root: TreeNode;
  /**
   * The keys that a map has twice.
   *
   * @param except where the maps start that may have some
   */
  repeatedKeys(except: ReadonlySet<number>): readonly Finding[];
}

/** A map, a list, a scalar, or nothing, in a document. */
export interface TreeNode {
  /** `a map`, `a list`, `nothing`, or a scalar in words for a message. */
  readonly kind: string;
  /** Where it starts in the text. */
  readonly start: number;
  /** Where it ends, the offset after its last character. */
  readonly end: number;
  /** The pairs of a map in the order of the text; none for what is no map. */
  readonly pairs: readonly TreePair[];
  /** The items of a list; none for what is no list. */
  readonly items: readonly TreeNode[];
  /** A scalar as it is written, without quotes; undefined for null and for what is no scalar. */
  readonly text: string | undefined;
  /** What stands at a key of a map, or at an index of a list. */
  child(token: string): TreeNode | undefined;
  /** What it says, as plain data of the caller's own: nothing in it is shared, or frozen. */
  value(): unknown;
}

/** A key of a map, and its value. */
export interface TreePair {
  /** The key as text; for numbers, booleans and null as it is written in the file. */
  readonly key: string;
  /** Whether the key is a scalar: YAML takes maps and lists for keys, too. */
  readonly isScalar: boolean;
  /** Offset of the key. */
  readonly offset: number;
  readonly node: TreeNode;
}

/** Offset of what stands at a path of keys and indexes, or of the nearest thing on the way. */
export function offsetIn({ root }: DocumentTree, tokens: readonly string[]): number {
  let node = root;
  for (const token of tokens) {
    const next = node.child(token);
    if (next === undefined) break;
    node = next;
  }
  return node.start;
}

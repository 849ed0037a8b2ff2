/**
 * A node of a parsed document, whatever its format: data, and where in the text it stands. Aliases and
 * merge keys are followed.
 */
export interface TreeNode {
  readonly type: "map" | "list" | "scalar" | "null";
  /** Offset of its first character. */
  readonly start: number;
  /** Offset after its last scalar, or of its start where it has none. */
  readonly end: number;
  /** The pairs of a map in the order of the text, repeated keys included; none for what is no map. */
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

/** The node at a path of keys and indexes, or undefined when the path leads nowhere. */
export function nodeAt(root: TreeNode, tokens: readonly string[]): TreeNode | undefined {
  return tokens.reduce<TreeNode | undefined>((node, token) => node?.child(token), root);
}

/** Offset of what stands at a path of keys and indexes, or of the nearest thing on the way. */
export function offsetAt(root: TreeNode, tokens: readonly string[]): number {
  let node = root;
  for (const token of tokens) {
    const next = node.child(token);
    if (next === undefined) break;
    node = next;
  }
  return node.start;
}

/** Says what kind of value a node is, for messages. */
export function describeNode(node: TreeNode): string {
  if (node.type === "null") return "nothing";
  if (node.type !== "scalar") return `a ${node.type}`;
  const value = node.value();
  return typeof value === "string" ? "text" : `the ${typeof value} ${node.text}`;
}

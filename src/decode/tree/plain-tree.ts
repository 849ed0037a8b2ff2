import type { TreeNode, TreePair } from "./tree.ts";

/** A node that is there already: front matter with its body, and whatever a format of one's own gives. */
export class PlainNode implements TreeNode {
  readonly type: TreeNode["type"];
  readonly start: number;
  readonly end: number;
  readonly pairs: readonly TreePair[];
  readonly items: readonly TreeNode[];
  readonly text: string | undefined;
  readonly #scalar: unknown;
  #byKey: ReadonlyMap<string, TreeNode> | undefined;

  private constructor(
    type: TreeNode["type"],
    start: number,
    { pairs = NONE, items = NONE, text, scalar }: PlainParts,
  ) {
    this.type = type;
    this.start = start;
    this.end = start;
    this.pairs = pairs;
    this.items = items;
    this.text = text;
    this.#scalar = scalar;
  }

  /** A map. */
  static map(pairs: readonly TreePair[], start: number): PlainNode {
    return new PlainNode("map", start, { pairs });
  }

  /** A list of nodes. */
  static list(items: readonly TreeNode[], start: number): PlainNode {
    return new PlainNode("list", start, { items });
  }

  /** Text, a number, a boolean or null. */
  static scalar(scalar: unknown, start: number): PlainNode {
    if (scalar === null) return new PlainNode("null", start, { scalar });
    return new PlainNode("scalar", start, { scalar, text: String(scalar) });
  }

  child(token: string): TreeNode | undefined {
    if (this.type === "list") return this.items[Number(token)];
    return (this.#byKey ??= childByKey(this.pairs)).get(token);
  }

  value(): unknown {
    if (this.type === "list") return this.items.map((item) => item.value());
    if (this.type !== "map") return this.#scalar;
    // fromEntries defines its keys, so that one named __proto__ is a key like any other.
    return Object.fromEntries(this.pairs.map(({ key, node }) => [key, node.value()]));
  }
}

interface PlainParts {
  readonly pairs?: readonly TreePair[];
  readonly items?: readonly TreeNode[];
  readonly text?: string;
  readonly scalar?: unknown;
}

const NONE: readonly never[] = [];

/** The nodes of pairs by their keys: of a key that is there twice, which is a problem of its own, the first. */
function childByKey(pairs: readonly TreePair[]): ReadonlyMap<string, TreeNode> {
  const byKey = new Map<string, TreeNode>();
  for (const { key, node } of pairs) if (!byKey.has(key)) byKey.set(key, node);
  return byKey;
}

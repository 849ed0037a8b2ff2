import type { DocumentTree, TreeNode, TreePair } from "./document-tree.ts";
import type { Finding } from "./report/finding.ts";

/** A tree of nodes that hold what they say themselves: JSON, and whatever a format of one's own gives. */
export class PlainTree implements DocumentTree {
  readonly root: TreeNode;
  readonly #repeated: readonly RepeatedKey[];

  constructor(root: TreeNode, repeated: readonly RepeatedKey[] = []) {
    this.root = root;
    this.#repeated = repeated;
  }

  repeatedKeys(except: ReadonlySet<number>): readonly Finding[] {
    return this.#repeated
      .filter(({ mapStart }) => !except.has(mapStart))
      .map(({ finding }) => finding);
  }
}

/** A key that stands in a map a second time. */
export interface RepeatedKey {
  /** Where the map starts. */
  readonly mapStart: number;
  readonly finding: Finding;
}

const NONE: readonly never[] = [];

/** A map as it is written: pairs in their order, repeated ones included. */
export class PlainMap implements TreeNode {
  readonly kind = "a map";
  readonly items: readonly TreeNode[] = NONE;
  readonly text: undefined;
  readonly start: number;
  readonly end: number;
  readonly pairs: readonly TreePair[];
  #byKey: ReadonlyMap<string, TreeNode> | undefined;

  constructor(pairs: readonly TreePair[], start: number, end: number) {
    this.pairs = pairs;
    this.start = start;
    this.end = end;
  }

  child(token: string): TreeNode | undefined {
    this.#byKey ??= new Map(this.pairs.map(({ key, node }) => [key, node]));
    return this.#byKey.get(token);
  }

  value(): unknown {
    // fromEntries defines its keys, so that one named __proto__ is a key like any other.
    return Object.fromEntries(this.pairs.map(({ key, node }) => [key, node.value()]));
  }
}

/** A list of nodes. */
export class PlainList implements TreeNode {
  readonly kind = "a list";
  readonly pairs: readonly TreePair[] = NONE;
  readonly text: undefined;
  readonly start: number;
  readonly end: number;
  readonly items: readonly TreeNode[];

  constructor(items: readonly TreeNode[], start: number, end: number) {
    this.items = items;
    this.start = start;
    this.end = end;
  }

  child(token: string): TreeNode | undefined {
    return this.items[Number(token)];
  }

  value(): unknown {
    return this.items.map((item) => item.value());
  }
}

/** Text, a number, a boolean or null, with the text that says it. */
export class PlainScalar implements TreeNode {
  readonly pairs: readonly TreePair[] = NONE;
  readonly items: readonly TreeNode[] = NONE;
  readonly text: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly #value: unknown;

  constructor(value: unknown, text: string, start: number, end: number) {
    this.#value = value;
    this.text = value === null ? undefined : text;
    this.start = start;
    this.end = end;
  }

  get kind(): string {
    if (this.#value === null) return "nothing";
    return typeof this.#value === "string" ? "text" : `the ${typeof this.#value} ${this.text}`;
  }

  child(): undefined {
    return undefined;
  }

  value(): unknown {
    return this.#value;
  }
}

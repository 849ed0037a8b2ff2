import type { TreeNode, TreePair } from "./tree.ts";

const NONE: readonly never[] = [];

/** A map whose pairs are there already: front matter with its body, and whatever a format of one's own gives. */
export class PlainMap implements TreeNode {
  readonly type = "map";
  readonly items: readonly TreeNode[] = NONE;
  readonly text: undefined;
  readonly start: number;
  readonly end: number;
  readonly pairs: readonly TreePair[];
  #byKey: ReadonlyMap<string, TreeNode> | undefined;

  constructor(pairs: readonly TreePair[], start: number, end: number = start) {
    this.pairs = pairs;
    this.start = start;
    this.end = end;
  }

  child(token: string): TreeNode | undefined {
    this.#byKey ??= new Map(this.pairs.toReversed().map(({ key, node }) => [key, node]));
    return this.#byKey.get(token);
  }

  value(): unknown {
    // fromEntries defines its keys, so that one named __proto__ is a key like any other.
    return Object.fromEntries(this.pairs.map(({ key, node }) => [key, node.value()]));
  }
}

/** A list of nodes. */
export class PlainList implements TreeNode {
  readonly type = "list";
  readonly pairs: readonly TreePair[] = NONE;
  readonly text: undefined;
  readonly start: number;
  readonly end: number;
  readonly items: readonly TreeNode[];

  constructor(items: readonly TreeNode[], start: number, end: number = start) {
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

  constructor(value: unknown, text: string, start: number, end: number = start) {
    this.#value = value;
    this.text = value === null ? undefined : text;
    this.start = start;
    this.end = end;
  }

  get type(): "scalar" | "null" {
    return this.#value === null ? "null" : "scalar";
  }

  child(): undefined {
    return undefined;
  }

  value(): unknown {
    return this.#value;
  }
}

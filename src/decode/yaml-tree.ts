import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { isMergeKey, keyText } from "./yaml-key.ts";

/** A key and its value in a YAML map. */
export interface YamlPair {
  /** The key as text; for numbers, booleans and null as it is written in the file. */
  readonly key: string;
  readonly keyNode: Node | null;
  /** `null` when nothing stands after the key. */
  readonly value: Node | null;
}

/** What the aliases of a document stand for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

interface Pairs {
  readonly all: readonly YamlPair[];
  readonly byKey: ReadonlyMap<string, YamlPair>;
}

/**
 * The nodes of an inspected document with aliases and merge keys followed.
 *
 * The parser could do this itself, but walks the whole document for every alias, throws where a
 * merge is none, and lets keys that are different in the file (`1` and `1.0`) become one.
 */
export class YamlTree {
  readonly #text: string;
  readonly #root: Node;
  readonly #targets: AliasTargets;
  readonly #pairs = new WeakMap<YAMLMap, Pairs>();

  constructor(text: string, root: Node, targets: AliasTargets) {
    this.#text = text;
    this.#root = root;
    this.#targets = targets;
  }

  /** Follows an alias to what it stands for. */
  resolved(node: unknown): unknown {
    return isAlias(node) ? this.#targets.get(node) : node;
  }

  /**
   * The pairs of a map with its merge keys (`<<`) resolved: own pairs first, repeated ones included,
   * then those of the merged maps that are not there yet. Of what is no map there are none.
   */
  pairsOf(node: unknown): readonly YamlPair[] {
    const map = this.resolved(node);
    return isMap(map) ? this.#pairsOfMap(map).all : [];
  }

  /** The offset of what stands at a path of keys and indexes, or of the deepest node on the way. */
  offsetOf(tokens: readonly string[]): number {
    let current: Node = this.#root;
    for (const token of tokens) {
      const next = this.#childOf(current, token);
      if (next === undefined) break;
      current = next;
    }
    return current.range?.[0] ?? 0;
  }

  /** What a node says, as plain data of the caller's own: nothing in it is shared, or frozen. */
  valueOf(node: unknown): unknown {
    const found = this.resolved(node);
    if (isMap(found)) {
      // fromEntries defines its keys, so that one named __proto__ is a key like any other.
      return Object.fromEntries(
        this.pairsOf(found).map(({ key, value }) => [key, this.valueOf(value)]),
      );
    }
    if (isSeq(found)) return found.items.map((item) => this.valueOf(item));
    return isScalar(found) ? found.value : null;
  }

  #childOf(node: Node, token: string): Node | undefined {
    const parent = this.resolved(node);
    if (isSeq(parent)) return parent.items[Number(token)] as Node | undefined;
    const pair = isMap(parent) ? this.#pairsOfMap(parent).byKey.get(token) : undefined;
    return pair?.value ?? pair?.keyNode ?? undefined;
  }

  #pairsOfMap(map: YAMLMap): Pairs {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const all: YamlPair[] = [];
    const byKey = new Map<string, YamlPair>();
    const add = (pair: YamlPair): void => {
      all.push(pair);
      if (!byKey.has(pair.key)) byKey.set(pair.key, pair);
    };
    const merged: unknown[] = [];
    for (const item of map.items) {
      if (isMergeKey(item.key)) merged.push(item.value);
      else add(this.#pairOf(item.key as Node | null, item.value as Node | null));
    }
    for (const source of merged.flatMap((value) => this.#mergeSources(value))) {
      for (const pair of this.pairsOf(source)) if (!byKey.has(pair.key)) add(pair);
    }
    const pairs = { all, byKey };
    this.#pairs.set(map, pairs);
    return pairs;
  }

  #pairOf(keyNode: Node | null, value: Node | null): YamlPair {
    const [start, end] = keyNode?.range ?? [0, 0];
    const key = keyText(this.resolved(keyNode)) ?? this.#text.slice(start, end).trim();
    return { key, keyNode, value };
  }

  #mergeSources(value: unknown): readonly unknown[] {
    const node = this.resolved(value);
    return isSeq(node) ? node.items : [node];
  }
}

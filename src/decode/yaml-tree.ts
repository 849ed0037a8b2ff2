import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { DocumentTree, TreeNode, TreePair } from "./document-tree.ts";
import { duplicateKeys } from "./duplicate-keys.ts";
import type { Finding } from "./report/finding.ts";
import { kindOf } from "./kind-of.ts";
import { isMergeKey, keyText, scalarText } from "./yaml-key.ts";

/** What the aliases of a document stand for. */
export type AliasTargets = ReadonlyMap<Alias, Node>;

/**
 * The nodes of an inspected document with aliases and merge keys followed.
 *
 * The parser could do this itself, but walks the whole document for every alias, throws where a
 * merge is none, and lets keys that are different in the file (`1` and `1.0`) become one.
 */
export class YamlTree implements DocumentTree {
  readonly root: TreeNode;
  readonly #maps: readonly YAMLMap[];

  /** @param maps every map in the document */
  constructor(
    text: string,
    root: Node | null,
    { targets, maps }: { readonly targets: AliasTargets; readonly maps: readonly YAMLMap[] },
  ) {
    this.root = new YamlNode(new YamlDocument(text, targets), root, 0);
    this.#maps = maps;
  }

  repeatedKeys(except: ReadonlySet<number>): readonly Finding[] {
    return this.#maps.filter((map) => !except.has(map.range?.[0] ?? 0)).flatMap(duplicateKeys);
  }
}

/** A node of `yaml` with what is needed to follow its aliases. */
class YamlNode implements TreeNode {
  readonly start: number;
  readonly end: number;
  readonly #document: YamlDocument;
  readonly #node: Node | null;

  /** @param place where it stands, when there is no node that knows */
  constructor(document: YamlDocument, node: Node | null, place: number) {
    this.#document = document;
    this.#node = node;
    [this.start, this.end] = node?.range ?? [place, place];
  }

  get kind(): string {
    return kindOf(this.#document.resolved(this.#node) ?? null);
  }

  get pairs(): readonly TreePair[] {
    return this.#document.pairsOf(this.#node).all.map((pair) => ({
      ...pair,
      node: this.#valueOf(pair),
    }));
  }

  get items(): readonly TreeNode[] {
    const list = this.#document.resolved(this.#node);
    if (!isSeq(list)) return [];
    return list.items.map((item) => new YamlNode(this.#document, item as Node | null, this.start));
  }

  get text(): string | undefined {
    const scalar = this.#document.resolved(this.#node);
    return isScalar(scalar) && scalar.value !== null ? scalarText(scalar) : undefined;
  }

  child(token: string): TreeNode | undefined {
    const found = this.#document.resolved(this.#node);
    if (isSeq(found)) {
      const item = found.items[Number(token)] as Node | null | undefined;
      return item === undefined ? undefined : new YamlNode(this.#document, item, this.start);
    }
    const pair = this.#document.pairsOf(found).byKey.get(token);
    return pair && this.#valueOf(pair);
  }

  value(): unknown {
    return this.#document.valueOf(this.#node);
  }

  #valueOf({ value, offset }: YamlPair): YamlNode {
    return new YamlNode(this.#document, value, offset);
  }
}

interface YamlPair extends Omit<TreePair, "node"> {
  /** `null` when nothing stands after the key. */
  readonly value: Node | null;
}

interface Pairs {
  readonly all: readonly YamlPair[];
  readonly byKey: ReadonlyMap<string, YamlPair>;
}

const NO_PAIRS: Pairs = { all: [], byKey: new Map() };

/** What all nodes of a document share. */
class YamlDocument {
  readonly #text: string;
  readonly #targets: AliasTargets;
  readonly #pairs = new WeakMap<YAMLMap, Pairs>();

  constructor(text: string, targets: AliasTargets) {
    this.#text = text;
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
  pairsOf(node: unknown): Pairs {
    const map = this.resolved(node);
    return isMap(map) ? this.#pairsOfMap(map) : NO_PAIRS;
  }

  /** What a node says, as plain data of the caller's own: nothing in it is shared, or frozen. */
  valueOf(node: unknown): unknown {
    const found = this.resolved(node);
    if (isMap(found)) {
      // fromEntries defines its keys, so that one named __proto__ is a key like any other.
      return Object.fromEntries(
        this.pairsOf(found).all.map(({ key, value }) => [key, this.valueOf(value)]),
      );
    }
    if (isSeq(found)) return found.items.map((item) => this.valueOf(item));
    return isScalar(found) ? found.value : null;
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
      for (const pair of this.pairsOf(source).all) if (!byKey.has(pair.key)) add(pair);
    }
    const pairs = { all, byKey };
    this.#pairs.set(map, pairs);
    return pairs;
  }

  #pairOf(keyNode: Node | null, value: Node | null): YamlPair {
    const [offset, end] = keyNode?.range ?? [0, 0];
    const text = keyText(this.resolved(keyNode));
    const key = text ?? this.#text.slice(offset, end).trim();
    return { key, isScalar: text !== undefined, offset, value };
  }

  #mergeSources(value: unknown): readonly unknown[] {
    const node = this.resolved(value);
    return isSeq(node) ? node.items : [node];
  }
}

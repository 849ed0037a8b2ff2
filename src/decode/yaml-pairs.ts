import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node } from "yaml";

/** A key and its value in a YAML map. */
export interface YamlPair {
  /** The key as text; for numbers, booleans and null as it is written in the file. */
  readonly key: string;
  readonly keyNode: Node;
  /** `null` when nothing stands after the key. */
  readonly value: Node | null;
}

/** A document whose parsing gave no error. */
export type YamlDocument = Document.Parsed;

/**
 * The pairs of a map with its merge keys (`<<`) resolved: own pairs first, repeated ones included,
 * then those of the merged maps that are not there yet. Keys that are no scalars are left out.
 */
export function pairsOf(node: unknown, document: YamlDocument): readonly YamlPair[] {
  const map = resolved(node, document);
  if (!isMap(map)) return [];
  const pairs: YamlPair[] = [];
  const merged: unknown[] = [];
  for (const item of map.items) {
    if (isMergeKey(item.key)) merged.push(item.value);
    const key = keyText(item.key);
    if (key === undefined) continue;
    pairs.push({ key, keyNode: item.key as Node, value: item.value as Node | null });
  }
  if (merged.length === 0) return pairs;
  const seen = new Set(pairs.map(({ key }) => key));
  for (const source of merged.flatMap((value) => mergeSources(value, document))) {
    for (const pair of pairsOf(source, document)) {
      if (seen.has(pair.key)) continue;
      seen.add(pair.key);
      pairs.push(pair);
    }
  }
  return pairs;
}

/** Follows an alias to what it stands for. */
export function resolved(node: unknown, document: YamlDocument): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

/** The text of a scalar key, or undefined when the key is a merge key or no scalar. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key) || isMergeKey(key)) return undefined;
  return typeof key.value === "string" ? key.value : key.source ?? String(key.value);
}

/** Whether a key is a plain `<<`. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

/** The node at a path of keys and indexes below `node`, or the deepest one on the way. */
export function nodeAt(node: Node, tokens: readonly string[], document: YamlDocument): Node {
  let current: Node = node;
  for (const token of tokens) {
    const next = childOf(resolved(current, document), token, document);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

function childOf(node: unknown, token: string, document: YamlDocument): Node | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(token)];
    return (isPair(item) ? item.key : item) as Node | undefined;
  }
  const pair = pairsOf(node, document).find(({ key }) => key === token);
  return pair?.value ?? pair?.keyNode;
}

function mergeSources(value: unknown, document: YamlDocument): readonly unknown[] {
  const node = resolved(value, document);
  return isSeq(node) ? node.items : [node];
}

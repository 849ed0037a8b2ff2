import { deepFreeze } from "../../model/value/deep-freeze.ts";
import { PAUSE_AFTER } from "../../model/value/pause-after.ts";
import { setOwn } from "../../model/value/set-own.ts";
import { unshareStrings } from "../../model/value/unshare-strings.ts";
import { quote } from "../../text/quote.ts";
import type { Layout } from "../layout.ts";
import type { TreeNode } from "../tree/tree.ts";
import { pointerTo } from "../report/pointer.ts";

/** A place where agents stand. */
export interface Collection {
  readonly node: TreeNode;
  /** Keys and indexes that lead to it from the root. */
  readonly tokens: readonly string[];
  /** Offset of its key, or of itself where it has none. */
  readonly offset: number;
}

/** Finds what stands at some paths of keys, of which `*` means every key or item. */
export function collectionsAt(
  root: TreeNode,
  paths: readonly (readonly string[])[],
): readonly Collection[] {
  const found = paths.flatMap((keys) =>
    keys.reduce<readonly Collection[]>(
      (outer, key) => outer.flatMap((one) => key === "*" ? childrenOf(one) : childAt(one, key)),
      [{ node: root, tokens: [], offset: root.start }],
    )
  );
  // Paths may meet in one place, as `agents` and `*` do.
  return found.length < 2
    ? found
    : [...new Map(found.map((one) => [pointerTo(...one.tokens), one])).values()];
}

function childAt({ node, tokens }: Collection, key: string): readonly Collection[] {
  const child = node.child(key);
  if (child === undefined) return [];
  const pair = node.pairs.find((one) => one.key === key);
  return [{ node: child, tokens: [...tokens, key], offset: pair?.offset ?? child.start }];
}

function childrenOf({ node, tokens }: Collection): readonly Collection[] {
  const seen = new Set<string>();
  return [
    ...node.pairs
      // Of a key that is there twice, which is an error of its own, the first.
      .filter(({ key }) => !seen.has(key) && seen.add(key))
      .map(({ key, offset, node }) => ({ node, tokens: [...tokens, key], offset })),
    ...node.items.map((item, at) => ({
      node: item,
      tokens: [...tokens, String(at)],
      offset: item.start,
    })),
  ];
}

/**
 * What a document says around some places in it: its value without theirs, frozen. It may have a million keys,
 * so it pauses between those at the top.
 */
export function* metadataAround(
  root: TreeNode,
  places: Places,
): Generator<undefined, Readonly<Record<string, unknown>>, unknown> {
  const metadata: Record<string, unknown> = {};
  if (root.type === "map" && !places.some(isHere)) {
    const below = placesBelow(places);
    let looked = 0;
    for (const { key, node } of root.pairs) {
      if (++looked % PAUSE_AFTER === 0) yield;
      const value = without(node, below(key));
      // What is cut out of a text holds on to all of it.
      if (value !== undefined) setOwn(metadata, key, deepFreeze(unshareStrings(value)));
    }
  }
  return Object.freeze(metadata);
}

/** Keys and indexes that lead to each of some places. */
type Places = readonly (readonly string[])[];

/** Undefined for what is one of the places itself. */
function without(node: TreeNode, places: Places): unknown {
  if (places.length === 0) return node.value();
  if (places.some(isHere)) return undefined;
  const below = placesBelow(places);
  if (node.type === "list") {
    return node.items
      .map((item, at) => without(item, below(String(at))))
      .filter((item) => item !== undefined);
  }
  const map: Record<string, unknown> = {};
  for (const { key, node: child } of node.pairs) {
    const value = without(child, below(key));
    if (value !== undefined) setOwn(map, key, value);
  }
  return map;
}

function isHere(tokens: readonly string[]): boolean {
  return tokens.length === 0;
}

/** The places in what a key or index leads to. */
function placesBelow(places: Places): (token: string) => Places {
  const inner = new Map<string, (readonly string[])[]>();
  for (const [first = "", ...rest] of places) {
    const known = inner.get(first);
    if (known === undefined) inner.set(first, [rest]);
    else known.push(rest);
  }
  return (token) => inner.get(token) ?? [];
}

/** Says where a layout has agents. */
export function describePlaces({ at }: Pick<Layout, "at">): string {
  const places = at.map((keys) => keys.length === 0 ? "the root" : quote(keys.join(".")));
  return `${at.length > 1 ? "any of " : ""}${places.join(", ")}`;
}

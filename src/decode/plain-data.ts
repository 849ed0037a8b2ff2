import type { TreeNode } from "./document-tree.ts";
import { MAX_DEPTH } from "./inspect-yaml.ts";
import { isRecord } from "./names-in.ts";
import { PlainList, PlainMap, PlainScalar } from "./plain-tree.ts";

/** Where the maps and lists of some data stand in a text. */
export type DataPlaces = WeakMap<object, { readonly start: number; readonly end: number }>;

/**
 * Makes nodes of data: maps, lists, text, numbers, booleans and null. Dates become text as in JSON;
 * anything else is taken as what `String` makes of it.
 *
 * @param places where things stand; what is not there stands where that does which holds it
 * @throws {RangeError} if it is nested too deeply, or holds itself
 */
export function nodeOf(data: unknown, places: DataPlaces = new WeakMap()): TreeNode {
  const visit = (
    value: unknown,
    outer: { start: number; end: number },
    depth: number,
  ): TreeNode => {
    if (depth > MAX_DEPTH) {
      throw new RangeError(`Collections are nested more than ${MAX_DEPTH} levels deep`);
    }
    if (value instanceof Map) return visit(Object.fromEntries(value), outer, depth);
    const place = (typeof value === "object" && value !== null && places.get(value)) || outer;
    const { start, end } = place;
    if (Array.isArray(value)) {
      return new PlainList(value.map((item) => visit(item, place, depth + 1)), start, end);
    }
    if (isRecord(value)) {
      const pairs = Object.entries(value).map(([key, member]) => {
        const node = visit(member, place, depth + 1);
        return { key, isScalar: true, offset: node.start, node };
      });
      return new PlainMap(pairs, start, end);
    }
    const scalar = scalarOf(value);
    return new PlainScalar(scalar, String(scalar), start, end);
  };
  return visit(data, { start: 0, end: 0 }, 0);
}

/** What a node says, with a note of where its maps and lists stand. */
export function dataOf(node: TreeNode, places: DataPlaces): unknown {
  if (node.kind === "a map") {
    const pairs = node.pairs.map(({ key, node }) => [key, dataOf(node, places)] as const);
    return noted(Object.fromEntries(pairs), node, places);
  }
  if (node.kind !== "a list") return node.value();
  return noted(node.items.map((item) => dataOf(item, places)), node, places);
}

function noted<T extends object>(data: T, { start, end }: TreeNode, places: DataPlaces): T {
  places.set(data, { start, end });
  return data;
}

function scalarOf(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return ["string", "number", "boolean"].includes(typeof value) ? value : String(value);
}

import { isRecord } from "../../model/value/is-record.ts";
import { MAX_ALIASED_NODES, MAX_DEPTH } from "./inspect-tree.ts";
import { PlainNode } from "./plain-tree.ts";
import type { TreeNode, TreePair } from "./tree.ts";

/** Where the maps and lists of some data start in a text. */
export type DataPlaces = WeakMap<object, number>;

/**
 * Makes nodes of data as `JSON.stringify` takes it: maps, lists, text, numbers, booleans and null, and
 * whatever has a `toJSON`, as dates have. A `Map` is a map too, one that keeps its order.
 *
 * @param places where things stand; what is not there stands where that does which holds it
 * @param start where all of it stands, when it is not there
 * @throws {TypeError} if there is something else in it
 * @throws {RangeError} if it is nested too deeply, holds itself, or has parts that stand in too many places
 */
export function nodeOf(data: unknown, places: DataPlaces = new WeakMap(), start = 0): TreeNode {
  return new NodeMaker(places).make(data, start, 0, false);
}

class NodeMaker {
  readonly #places: DataPlaces;
  readonly #seen = new Set<object>();
  #repeated = 0;

  constructor(places: DataPlaces) {
    this.#places = places;
  }

  /** @param isRepeated whether it is inside of something that stands in another place too */
  make(given: unknown, outer: number, depth: number, isRepeated: boolean): TreeNode {
    if (depth > MAX_DEPTH) {
      throw new RangeError(`Collections are nested more than ${MAX_DEPTH} levels deep`);
    }
    const value = jsonOf(given);
    if (typeof value !== "object" || value === null) return scalarNode(value, outer);
    const repeated = isRepeated || this.#seen.has(value);
    this.#seen.add(value);
    if (repeated && ++this.#repeated > MAX_ALIASED_NODES) {
      throw new RangeError(`Parts stand in more than ${MAX_ALIASED_NODES} places`);
    }
    const place = this.#places.get(value) ?? outer;
    const below = (member: unknown): TreeNode => this.make(member, place, depth + 1, repeated);
    if (Array.isArray(value)) {
      const items = value.map((item) => below(isData(item) ? item : null));
      return PlainNode.list(items, place);
    }
    const members = value instanceof Map ? [...value] : Object.entries(plainRecord(value));
    const pairs = members.filter(([, member]) => isData(member)).map(([key, member]): TreePair => {
      const node = below(member);
      return { key: String(key), isScalar: true, offset: node.start, node };
    });
    return PlainNode.map(pairs, place);
  }
}

/** What a node says, with a note of where its maps and lists stand. */
export function dataOf(node: TreeNode, places: DataPlaces): unknown {
  if (node.type === "map") {
    const pairs = node.pairs.map(({ key, node }) => [key, dataOf(node, places)] as const);
    return noted(Object.fromEntries(pairs), node, places);
  }
  if (node.type !== "list") return node.value();
  return noted(node.items.map((item) => dataOf(item, places)), node, places);
}

function noted<T extends object>(data: T, { start }: TreeNode, places: DataPlaces): T {
  places.set(data, start);
  return data;
}

function jsonOf(value: unknown): unknown {
  const hasOwnWord = typeof value === "object" && value !== null && "toJSON" in value &&
    typeof value.toJSON === "function";
  return hasOwnWord ? (value as { toJSON(): unknown }).toJSON() : value;
}

/** What JSON leaves out of a map. */
function isData(value: unknown): boolean {
  return value !== undefined && typeof value !== "function" && typeof value !== "symbol";
}

function plainRecord(value: object): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain && isRecord(value)) return value;
  throw new TypeError(`Expected plain data, found a ${value.constructor.name || "class instance"}`);
}

function scalarNode(value: unknown, start: number): TreeNode {
  const scalar = isData(value) ? value : null;
  const known = scalar === null || ["string", "number", "boolean"].includes(typeof scalar);
  return PlainNode.scalar(known ? scalar : String(scalar), start);
}

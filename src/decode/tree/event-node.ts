import { type Event, EVENT_ID } from "js-yaml";
import type { EventTree } from "./event-tree.ts";
import { eventValue } from "./event-value.ts";
import { isEmptyScalar } from "./yaml-events.ts";
import type { TreeNode, TreePair } from "./tree.ts";

/** A node of an {@linkcode EventTree}, with its alias followed. */
export class EventNode implements TreeNode {
  readonly #tree: EventTree;
  readonly #index: number;
  readonly #place: number;
  readonly #through: number | undefined;
  #pairs: readonly TreePair[] | undefined;

  /**
   * @param place where it stands when it has no character of its own
   * @param through where the alias or merge key stands that has led to it: it is told to stand there
   */
  constructor(tree: EventTree, index: number, place: number, through?: number) {
    this.#tree = tree;
    this.#index = index;
    this.#place = place;
    this.#through = through;
  }

  get start(): number {
    return this.#through ?? this.#tree.startOf(this.#index, this.#place);
  }

  get end(): number {
    return this.#tree.endOf(this.#index, this.start);
  }

  get #target(): { tree: EventTree; index: number; event: Event; through: number | undefined } {
    const { tree, index } = this.#tree.resolved(this.#index);
    const isSame = tree === this.#tree && index === this.#index;
    const through = isSame ? this.#through : this.start;
    return { tree, index, event: tree.events[index]!, through };
  }

  get type(): TreeNode["type"] {
    switch (this.#target.event.type) {
      case EVENT_ID.MAPPING:
        return "map";
      case EVENT_ID.SEQUENCE:
        return "list";
      default:
        return this.value() === null ? "null" : "scalar";
    }
  }

  get pairs(): readonly TreePair[] {
    const { tree, index, event, through } = this.#target;
    return this.#pairs ??= event.type === EVENT_ID.MAPPING ? pairsOf(tree, index, through) : [];
  }

  get items(): readonly TreeNode[] {
    const { tree, index, event, through } = this.#target;
    if (event.type !== EVENT_ID.SEQUENCE) return [];
    let place = event.start;
    return tree.childrenOf(index).map((item, at) => {
      const hasNoPlace = at > 0 && isEmptyScalar(tree.events[item]);
      const start = hasNoPlace ? tree.dashAfter(place, event.start) : place;
      place = tree.endOf(item, start + 1);
      return new EventNode(tree, item, start, through);
    });
  }

  get text(): string | undefined {
    const { tree, index, event } = this.#target;
    if (event.type !== EVENT_ID.SCALAR) return undefined;
    return eventValue(tree, index) === null ? undefined : tree.textOf(event);
  }

  child(token: string): TreeNode | undefined {
    const { tree, index, event, through } = this.#target;
    if (event.type === EVENT_ID.SEQUENCE) return this.items[Number(token)];
    if (event.type !== EVENT_ID.MAPPING) return undefined;
    const end = tree.ends[index]! - 1;
    let isMerged = false;
    for (let at = index + 1; at < end; at = tree.ends[tree.ends[at]!]!) {
      if (tree.isMergeKey(at)) isMerged = true;
      else if (tree.keyOrSource(at) === token) return pairAt(tree, index, at, through).node;
    }
    return isMerged ? this.pairs.find(({ key }) => key === token)?.node : undefined;
  }

  value(): unknown {
    return eventValue(this.#tree, this.#index);
  }
}

/** The pairs of a map: its own, then those of merged maps that it has not. */
function pairsOf(tree: EventTree, index: number, through: number | undefined): readonly TreePair[] {
  const pairs: TreePair[] = [];
  const merged: { readonly value: number; readonly offset: number }[] = [];
  const end = tree.ends[index]! - 1;
  for (let at = index + 1; at < end;) {
    const value = tree.ends[at]!;
    if (tree.isMergeKey(at)) {
      merged.push({ value, offset: through ?? tree.startOf(at, tree.startOf(index, 0)) });
    } else pairs.push(pairAt(tree, index, at, through));
    at = tree.ends[value]!;
  }
  if (merged.length === 0) return pairs;
  const keys = new Set(pairs.map(({ key }) => key));
  for (const { value, offset } of merged) {
    for (const source of tree.mergeSources(value)) {
      if (!source.tree.isCollection(source.index, "map")) continue;
      for (const pair of pairsOf(source.tree, source.index, offset)) {
        if (keys.has(pair.key)) continue;
        keys.add(pair.key);
        pairs.push(pair);
      }
    }
  }
  return pairs;
}

/** The pair of a map whose key is at this index. */
function pairAt(tree: EventTree, map: number, at: number, through: number | undefined): TreePair {
  const offset = through ?? tree.startOf(at, tree.startOf(map, 0));
  const isScalar = tree.keyText(at) !== undefined;
  const place = through ?? tree.afterKey(at, offset);
  const node = new EventNode(tree, tree.ends[at]!, place, through);
  return { key: tree.keyOrSource(at), isScalar, offset, node };
}

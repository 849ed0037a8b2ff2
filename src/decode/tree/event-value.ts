import { EVENT_ID, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import { setOwn } from "../../model/value/set-own.ts";
import { isInexact, resolvePlain, resolveTagged } from "./core-schema.ts";
import type { EventTree } from "./event-tree.ts";

/** Collections that are nested deeper want inspection. */
const DOUBTFUL_DEPTH = 100;

/** What a node of a tree says, as plain data of the caller's own. */
export function eventValue(tree: EventTree, index: number, depth = 0): unknown {
  const event = tree.events[index]!;
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return scalarValue(tree, event);
    case EVENT_ID.MAPPING:
      if (depth >= DOUBTFUL_DEPTH) tree.isDoubtful = true;
      return mapValue(tree, index, depth + 1);
    case EVENT_ID.SEQUENCE:
      if (depth >= DOUBTFUL_DEPTH) tree.isDoubtful = true;
      // As long as it has to be: what is pushed one by one has room for more.
      return tree.childrenOf(index).map((at) => eventValue(tree, at, depth + 1));
    case EVENT_ID.ALIAS: {
      const target = tree.targets.get(index);
      return target === undefined ? null : eventValue(target.tree, target.index, depth);
    }
    default:
      return null;
  }
}

function scalarValue(tree: EventTree, event: ScalarEvent): unknown {
  const text = tree.textOf(event);
  if (event.tagStart !== -1) {
    tree.isDoubtful = true;
    const tag = tree.tagOf(event);
    const value = tag === "!" ? text : resolveTagged(tag, text);
    return value === undefined ? text : value;
  }
  if (event.style !== SCALAR_STYLE.PLAIN) return text;
  const value = resolvePlain(text);
  if (typeof value === "number" && isInexact(text, value)) tree.isDoubtful = true;
  return value;
}

function mapValue(tree: EventTree, index: number, depth: number): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  let merged: number[] | undefined;
  const end = tree.ends[index]! - 1;
  for (let at = index + 1; at < end;) {
    const value = tree.ends[at]!;
    if (tree.isMergeKey(at)) (merged ??= []).push(value);
    else {
      const key = tree.keyOrSource(at);
      if (setOwn(map, key, eventValue(tree, value, depth))) tree.isDoubtful = true;
    }
    at = tree.ends[value]!;
  }
  if (merged !== undefined) mergeInto(map, tree, merged, depth);
  return map;
}

/** Own keys count; of several maps that have a key the first one does. */
function mergeInto(
  map: Record<string, unknown>,
  tree: EventTree,
  merged: readonly number[],
  depth: number,
): void {
  tree.isDoubtful = true;
  for (const source of merged.flatMap((value) => tree.mergeSources(value))) {
    const fields = eventValue(source.tree, source.index, depth);
    if (typeof fields !== "object" || fields === null) continue;
    for (const [key, value] of Object.entries(fields)) {
      if (!Object.hasOwn(map, key)) setOwn(map, key, value);
    }
  }
}

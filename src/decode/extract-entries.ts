import { deepFreeze } from "../model/deep-freeze.ts";
import type { DocumentTree } from "./document-tree.ts";
import { error } from "./finding.ts";
import type { Layout } from "./layout.ts";
import type { LayoutOptions } from "./layout-options.ts";
import { isRecord } from "./names-in.ts";
import { dataOf, type DataPlaces, nodeOf } from "./plain-data.ts";
import { PlainTree } from "./plain-tree.ts";
import { noEntries, takeEntries, type TakenEntries } from "./take-entries.ts";

/**
 * Takes the agents that a function of the user's own finds in a document. Those that it passes on as
 * they are have their places; what it makes anew stands at the top of the file.
 */
export function extractEntries(
  tree: DocumentTree,
  extract: NonNullable<LayoutOptions["extract"]>,
  path: string,
  layout: Layout,
): TakenEntries {
  const places: DataPlaces = new WeakMap();
  const data = deepFreeze(dataOf(tree.root, places));
  const around = isRecord(data) ? data : {};
  try {
    const found = new PlainTree(nodeOf(extract(data, path), places));
    const taken = takeEntries({ tree: found, path, single: false }, { ...layout, at: [[]] });
    return { ...taken, around, findings: [...tree.repeatedKeys(new Set()), ...taken.findings] };
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message : String(problem);
    const finding = error("decode-failed", 0, `The function "extract" threw: ${reason}`);
    return noEntries([finding]);
  }
}

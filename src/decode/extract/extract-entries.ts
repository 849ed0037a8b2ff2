import { deepFreeze } from "../../model/deep-freeze.ts";
import { runToCompletion } from "../../model/run-to-completion.ts";
import { type DocumentTree, offsetIn, type TreeNode } from "../document-tree.ts";
import { error } from "../report/finding.ts";
import type { Layout } from "../layout.ts";
import type { LayoutOptions } from "../layout-options.ts";
import { isRecord } from "../validate/names-in.ts";
import { dataOf, type DataPlaces, nodeOf } from "../plain-data.ts";
import { PlainTree } from "../plain-tree.ts";
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
    const { kind } = found.root;
    if (kind !== "a map" && kind !== "a list") return failed(`gave ${kind}, and no map or list`);
    const taken = runToCompletion(
      takeEntries({ tree: found, path, single: false }, { ...layout, at: [[]] }),
    );
    const findings = [...tree.repeatedKeys(new Set()), ...taken.findings];
    // What is no agent has its place in the document itself.
    const offsetOf = (tokens: readonly string[]): number =>
      nodeAt(found.root, tokens) === undefined ? offsetIn(tree, tokens) : taken.offsetOf(tokens);
    return { ...taken, around, findings, offsetOf };
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message : String(problem);
    return failed(`failed: ${reason}`);
  }
}

function failed(how: string): TakenEntries {
  return noEntries([error("decode-failed", 0, `The function "extract" ${how}`)]);
}

function nodeAt(root: TreeNode, tokens: readonly string[]): TreeNode | undefined {
  return tokens.reduce<TreeNode | undefined>((node, token) => node?.child(token), root);
}

import { deepFreeze } from "../../model/value/deep-freeze.ts";
import { isRecord } from "../../model/value/is-record.ts";
import { unshareStrings } from "../../model/value/unshare-strings.ts";
import type { LayoutOptions } from "../layout-options.ts";
import { dataOf, type DataPlaces, nodeOf } from "../tree/plain-data.ts";
import { describeNode, type TreeNode } from "../tree/tree.ts";
import { error, type Finding } from "../report/finding.ts";

/** What the option `extract` finds in a document: its agents, and what the document says in all. */
export interface Extracted {
  readonly agents: TreeNode;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Calls the option `extract`. Agents that it passes on as they are have their places; what it makes anew
 * stands at the top.
 *
 * @param top where that is
 */
export function callExtract(
  root: TreeNode,
  extract: NonNullable<LayoutOptions["extract"]>,
  path: string,
  top: number,
): Extracted | Finding {
  const places: DataPlaces = new WeakMap();
  try {
    const data = deepFreeze(unshareStrings(dataOf(root, places)));
    const agents = nodeOf(extract(data, path), places, top);
    if (agents.type !== "map" && agents.type !== "list") {
      return failed(top, `gave ${describeNode(agents)}, and no map or list`);
    }
    return { agents, metadata: isRecord(data) ? data : {} };
  } catch (problem) {
    return failed(top, `failed: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
}

function failed(top: number, how: string): Finding {
  return error("decode-failed", top, `The function "extract" ${how}`);
}

import type { IdRule } from "../layout.ts";
import type { TreeNode } from "../tree/tree.ts";

/** What names an agent in a list when nothing else is said. */
export const LIST_RULES: readonly IdRule[] = [{ field: ["id"] }, { field: ["name"] }];

/** What names an agent that has a file to itself when nothing else is said. */
export const FILE_RULES: readonly IdRule[] = [...LIST_RULES, { part: "file" }];

/** The id of an agent by the first of the rules that gives one. */
export function idByRules(
  agent: TreeNode,
  rules: readonly IdRule[],
  path: string,
): string | undefined {
  for (const rule of rules) {
    const id = "part" in rule ? partOf(path, rule.part) : fieldText(agent, rule.field);
    if (id !== undefined && id !== "") return id;
  }
  return undefined;
}

/**
 * Whether what stands where agents are looked for is one agent: a map that has a name of its own, or
 * at least the place for it (`metadata`, of `metadata.name`), or that has no agent in it by its looks.
 */
export function isOneAgent(node: TreeNode, rules: readonly IdRule[] | undefined): boolean {
  if (rules === undefined || node.type !== "map") return false;
  if (rules.some((rule) => "part" in rule || fieldText(node, rule.field) !== undefined)) {
    return true;
  }
  const fields = rules.flatMap((rule) => "part" in rule ? [] : [rule.field]);
  if (fields.some(([key = "", ...inner]) => inner.length > 0 && node.child(key) !== undefined)) {
    return true;
  }
  const members = node.pairs.map(({ node }) => node);
  const isAgent = (member: TreeNode): boolean =>
    fields.some((field) => fieldText(member, field) !== undefined);
  return !members.some(isAgent) && members.some(({ type }) => type !== "map");
}

/** Names what an agent must have, for messages. */
export function describeRules(rules: readonly IdRule[]): string {
  const names = rules.map((rule) =>
    "part" in rule ? `a ${rule.part} name` : JSON.stringify(rule.field.join("."))
  );
  return names.join(" or ");
}

function fieldText(agent: TreeNode, keys: readonly string[]): string | undefined {
  let node: TreeNode | undefined = agent;
  for (const key of keys) node = node?.child(key);
  return node?.text;
}

/** `planner` is the file of `agents/ops/planner.yaml`, and `ops` its directory. */
function partOf(path: string, part: "file" | "directory"): string | undefined {
  const names = path.split(/[\\/]/);
  if (part === "file") return names.at(-1)?.replace(/(?<=.)\.[^.]*$/, "");
  const name = names.at(-2);
  return name === "." || name === ".." ? undefined : name;
}

import { quote } from "../../text/quote.ts";
import type { IdRule, Layout } from "../layout.ts";
import { describeNode, type TreeNode, type TreePair } from "../tree/tree.ts";
import { error, type Finding } from "../report/finding.ts";
import { pointerTo } from "../report/pointer.ts";
import type { Collection } from "./collections.ts";
import { describeRules, FILE_RULES, idByRules, isOneAgent, LIST_RULES } from "./entry-id.ts";

/** One member of a collection: an entry, before validation, or what keeps it from being one. */
export interface Member {
  /** Undefined when it has none. */
  readonly id: string | undefined;
  /** Whether the id is the key in a map, not a field of the agent. */
  readonly byKey: boolean;
  /** Its key in a map; undefined in a list, and for what has a place to itself. */
  readonly key: string | undefined;
  readonly node: TreeNode;
  /** Offset of its key, or of itself where it has none. */
  readonly offset: number;
  /** Why it has no id, or none that will do. Its pointer counts from the member. */
  readonly finding: Finding | undefined;
}

/** How the members of a collection are told apart. */
export type CollectionType = "map" | "list" | "one";

/** What a member is extracted by. */
export interface ExtractOptions {
  readonly layout: Pick<Layout, "id">;
  /** The path of the document, which may name its agents. */
  readonly path: string;
}

/** The members of a collection, or a finding that says why it has none. */
export function membersOf(
  collection: Collection,
  isSingle: boolean,
  options: ExtractOptions,
): { readonly type: CollectionType; readonly members: readonly Member[] } | Finding {
  const type = collectionTypeOf(collection, isSingle, options);
  if (typeof type !== "string") return type;
  const { pairs, items } = collection.node;
  const members = type === "one"
    ? [onlyMember(collection, options)]
    : type === "map"
    ? pairs.map((pair) => memberOfPair(pair, options))
    : items.map((item) => memberOfItem(item, options));
  return { type, members };
}

function collectionTypeOf(
  { node, tokens, offset }: Collection,
  isSingle: boolean,
  { layout }: ExtractOptions,
): CollectionType | Finding {
  if (isSingle || isOneAgent(node, layout.id)) return "one";
  if (node.type === "map" || node.type === "list") return node.type;
  const name = tokens.length === 0 ? "the document" : quote(tokens.join("."));
  const hint = node.type === "null"
    ? `write "${tokens.at(-1)}: {}" for an empty registry`
    : "agents stand in a map of id to agent, or in a list";
  const message = `Expected ${name} to be a map or a list, found ${describeNode(node)}: ${hint}`;
  return error("invalid-agents", offset, message, pointerTo(...tokens));
}

/** The member that a pair of a map is. */
export function memberOfPair(
  { key, isScalar, offset, node }: TreePair,
  { layout, path }: ExtractOptions,
): Member {
  const message = "Expected an agent id to be a scalar such as text or a number";
  const finding = isScalar ? undefined : unnamed(error("invalid-agents", offset, message, ""));
  const named = layout.id && idByRules(node, layout.id, path);
  return { id: named ?? key, byKey: named === undefined, key, node, offset, finding };
}

/** The member that an item of a list is. */
export function memberOfItem(node: TreeNode, { layout, path }: ExtractOptions): Member {
  // A list of names: each is an agent of which nothing else is known.
  if (node.text !== undefined) return member(node.text, node, node.start);
  return namedMember(node, node.start, layout.id ?? LIST_RULES, path);
}

/** The member that has a place to itself. */
function onlyMember(
  { node, offset }: Collection,
  { layout, path }: ExtractOptions,
): Member {
  return namedMember(node, offset, layout.id ?? FILE_RULES, path);
}

/** What a member says, as the fields of an agent. */
export function fieldsOf({ byKey, node }: Member): unknown {
  return !byKey && node.text !== undefined ? {} : node.value();
}

function namedMember(
  node: TreeNode,
  offset: number,
  rules: readonly IdRule[],
  path: string,
): Member {
  const id = node.type === "map" ? idByRules(node, rules, path) : undefined;
  if (id !== undefined) return member(id, node, offset);
  const [code, message] = node.type === "map"
    ? ["missing-field", `An agent has no id: give it ${describeRules(rules)}`] as const
    : ["invalid-agent", `Expected the fields of an agent, found ${describeNode(node)}`] as const;
  return { ...member(undefined, node, offset), finding: unnamed(error(code, offset, message, "")) };
}

function member(id: string | undefined, node: TreeNode, offset: number): Member {
  return { id, byKey: false, key: undefined, node, offset, finding: undefined };
}

function unnamed(finding: Finding): Finding {
  return { ...finding, unnamed: true };
}

import { quote } from "../../text/quote.ts";
import { detached } from "../detached.ts";
import { type DocumentTree, offsetIn, type TreeNode, type TreePair } from "../document-tree.ts";
import {
  type Collection,
  collectionsAt,
  describePlaces,
  hintAt,
  valueAround,
} from "./collections.ts";
import { describeRules, FILE_RULES, idByRules, isOneAgent, LIST_RULES } from "./entry-id.ts";
import { error, type Finding, pointerTo } from "../report/finding.ts";
import type { IdRule, Layout } from "../layout.ts";

/** One agent as it stands in a document, before validation. */
export interface Entry {
  readonly id: string;
  /** Whether the id is the key in a map, not a field of the agent. */
  readonly byKey: boolean;
  /** Plain data, not frozen, the caller's own. */
  readonly value: unknown;
  /** Keys and indexes that lead to it from the root of its document. */
  readonly tokens: readonly string[];
  /** Offset of its key, or of itself where it has none. */
  readonly offset: number;
}

/** What a document holds: entries and what is around them, or findings that say why not. */
export interface TakenEntries {
  readonly entries: readonly Entry[];
  /** The document without its agents. */
  readonly around: Readonly<Record<string, unknown>>;
  /** Those of severity `error` that name no agent mean that there may be more entries. */
  readonly findings: readonly Finding[];
  /** Offset of what stands at a path from the root, or of the nearest thing on the way. */
  offsetOf(tokens: readonly string[]): number;
}

/** What is known of a document before its agents are taken. */
export interface Takeable {
  readonly tree: DocumentTree;
  readonly path: string;
  /** Whether the whole document is one agent, whatever the layout says. */
  readonly single: boolean;
}

/** Takes the agents out of a document, as the layout says. Yields after each. */
export function* takeEntries(
  document: Takeable,
  layout: Layout,
): Generator<undefined, TakenEntries, undefined> {
  const { tree } = document;
  if (tree.root.kind === "nothing" && !document.single) {
    const message = `The document is empty: expected agents at ${describePlaces(layout)}`;
    return noEntries([error("missing-agents", 0, message)]);
  }
  const paths = document.single ? [[]] : layout.at;
  const collections = distinct(paths.flatMap((keys) => collectionsAt(tree.root, keys)));
  const taker = new EntryTaker(document, layout);
  for (const collection of collections) yield* taker.take(collection);
  const repeated = tree.repeatedKeys(taker.maps);
  const findings = [...taker.attributed(repeated), ...taker.findings];
  if (collections.length === 0) return noEntries([...findings, missing(tree.root, layout)]);
  const around = valueAround(tree.root, collections.map(({ tokens }) => tokens));
  const offsetOf = (tokens: readonly string[]): number => offsetIn(tree, tokens);
  return { entries: taker.entries, around, findings, offsetOf };
}

/** Paths may meet in one place, as `agents` and `*` do. */
function distinct(collections: readonly Collection[]): readonly Collection[] {
  const places = new Map(collections.map((one) => [pointerTo(...one.tokens), one]));
  return [...places.values()];
}

function missing(root: TreeNode, layout: Layout): Finding {
  const { kind, start } = root;
  const places = describePlaces(layout);
  const [offset, what] = kind === "a map"
    ? [0, `There is nothing at ${places}`]
    : [start, `Expected a map, and at ${places} the agents, found ${kind}`];
  const expected = "agents stand in a map of id to agent, or in a list";
  return error("missing-agents", offset, `${what}: ${expected}${hintAt(root)}`);
}

/** What is left of a document whose entries cannot be told. */
export function noEntries(findings: readonly Finding[]): TakenEntries {
  return { entries: [], around: {}, findings, offsetOf: () => 0 };
}

/** Collects the entries of a document. */
class EntryTaker {
  readonly entries: Entry[] = [];
  readonly findings: Finding[] = [];
  /** Where the maps start whose keys are ids: two of one id are a finding of another kind. */
  readonly maps = new Set<number>();
  /** Where each entry starts and ends. */
  readonly #ranges: { readonly id: string; readonly start: number; readonly end: number }[] = [];
  readonly #document: Takeable;
  readonly #layout: Layout;

  constructor(document: Takeable, layout: Layout) {
    this.#document = document;
    this.#layout = layout;
  }

  /** Takes what stands in one place: a map, a list, or one agent. */
  *take({ node, tokens, offset }: Collection): Generator<undefined, void, undefined> {
    const { kind, pairs, items } = node;
    if (this.#document.single || isOneAgent(node, this.#layout.id)) {
      return this.#takeOne(node, tokens, offset, this.#layout.id ?? FILE_RULES);
    }
    if (kind === "a map") {
      this.maps.add(node.start);
      for (const pair of pairs) {
        this.#takePair(pair, tokens);
        yield;
      }
      return;
    }
    if (kind === "a list") {
      const rules = this.#layout.id ?? LIST_RULES;
      for (const [at, item] of items.entries()) {
        this.#takeItem(item, [...tokens, String(at)], rules);
        yield;
      }
      return;
    }
    const name = tokens.length === 0 ? "the document" : quote(tokens.join("."));
    const hint = kind === "nothing"
      ? `write "${tokens.at(-1)}: {}" for an empty registry`
      : "agents stand in a map of id to agent, or in a list";
    const message = `Expected ${name} to be a map or a list, found ${kind}: ${hint}`;
    this.findings.push(error("invalid-agents", offset, message, pointerTo(...tokens)));
  }

  /** Findings with the id of the entry that they lie in, where they lie in one. */
  attributed(findings: readonly Finding[]): readonly Finding[] {
    const ranges = findings.length === 0 ? [] : this.#ranges.toSorted((a, b) => a.start - b.start);
    return findings.map((finding) => {
      const at = lastIndex(ranges, ({ start }) => start <= finding.offset);
      const within = ranges[at];
      const inside = within !== undefined && finding.offset < within.end;
      return inside ? { ...finding, agent: within.id } : finding;
    });
  }

  #takePair({ key, isScalar, offset, node }: TreePair, outer: readonly string[]): void {
    if (!isScalar) {
      const message = "Expected an agent id to be a scalar such as text or a number";
      this.#unnamed(error("invalid-agents", offset, message, pointerTo(...outer)));
    }
    const { id: rules } = this.#layout;
    const named = rules && idByRules(node, rules, this.#document.path);
    this.#add(named ?? key, named === undefined, node, [...outer, key], offset);
  }

  #takeItem(node: TreeNode, tokens: readonly string[], rules: readonly IdRule[]): void {
    // A list of names: each is an agent of which nothing else is known.
    if (node.text !== undefined) this.#add(node.text, false, node, tokens, node.start);
    else this.#takeOne(node, tokens, node.start, rules);
  }

  #takeOne(
    node: TreeNode,
    tokens: readonly string[],
    offset: number,
    rules: readonly IdRule[],
  ): void {
    const { kind } = node;
    const id = kind === "a map" ? idByRules(node, rules, this.#document.path) : undefined;
    if (id !== undefined) return this.#add(id, false, node, tokens, offset);
    const [code, message] = kind === "a map"
      ? ["missing-field", `An agent has no id: give it ${describeRules(rules)}`] as const
      : ["invalid-agent", `Expected the fields of an agent, found ${kind}`] as const;
    this.#unnamed(error(code, offset, message, pointerTo(...tokens)));
  }

  #unnamed(finding: Finding): void {
    this.findings.push({ ...finding, unnamed: true });
  }

  #add(
    id: string,
    byKey: boolean,
    node: TreeNode,
    tokens: readonly string[],
    offset: number,
  ): void {
    const value = !byKey && node.text !== undefined ? {} : node.value();
    this.entries.push({ id: detached(id), byKey, value, tokens, offset });
    this.#ranges.push({ id, start: offset, end: node.end });
  }
}

/** The index of the last member of a sorted list that a condition holds for, -1 when there is none. */
function lastIndex<T>(sorted: readonly T[], holds: (member: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

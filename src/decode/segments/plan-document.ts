import { callExtract } from "../extract/call-extract.ts";
import {
  type Collection,
  collectionsAt,
  describePlaces,
  metadataAround,
} from "../extract/collections.ts";
import {
  type CollectionType,
  type ExtractOptions,
  type Member,
  membersOf,
} from "../extract/extract-members.ts";
import { settingsOf } from "../extract/file-settings.ts";
import type { Layout } from "../layout.ts";
import { isWanted } from "../parse/parse-documents.ts";
import type { ParsedDocument } from "../parse/parsed-document.ts";
import { describeNode, nodeAt, offsetAt, type TreeNode } from "../tree/tree.ts";
import { quote } from "../../text/quote.ts";
import { error, type Finding } from "../report/finding.ts";
import type { TakenApart } from "./decoded-file.ts";
import type { Outline } from "./outline.ts";
import { isSamePath, type Region } from "./region.ts";
import type { SplitRegion } from "./split/split-document.ts";

/** What is known of a document before its entries are validated. */
export type DocumentPlan<A> = TakenApart<RegionPlan<A>>;

/** A region whose entries are to be read: by their stretches, or out of the tree of the document. */
export type RegionPlan<A> =
  | SplitRegion<A>
  | {
    readonly type: "whole";
    readonly tokens: readonly string[];
    readonly collection: CollectionType;
    readonly members: readonly Member[];
  }
  | KnownRegion<A>;

/** A region of a document that has not changed. */
export interface KnownRegion<A> {
  readonly type: "known";
  readonly tokens: readonly string[];
  readonly before: Region<A>;
  /** The same in the place in which it is now. */
  readonly region: Region<A>;
}

/** What a document is planned by. */
export interface PlanOptions {
  readonly layout: Layout;
  readonly path: string;
}

/**
 * Takes a parsed document apart, as the layout says. Gives undefined when it is not one that is wanted, and
 * `"whole"` when the regions that were found are none.
 */
export function* planDocument<A>(
  outline: Outline,
  parsed: ParsedDocument,
  split: readonly SplitRegion<A>[],
  { layout, path }: PlanOptions,
): Generator<undefined, DocumentPlan<A> | "whole" | undefined, unknown> {
  const { root } = parsed;
  if (root === undefined) return lostPlan(outline, parsed, parsed.findings);
  if (!split.every((region, at) => isInPlace(root, region, outline.placeholders[at]!))) {
    return "whole";
  }
  const { documents, extract } = layout;
  // Of several documents it must be said which one.
  const top = documents === undefined ? 0 : root.start;
  try {
    if (documents !== undefined && !isWanted(root, documents, path)) return undefined;
  } catch (problem) {
    const reason = problem instanceof Error ? problem.message : String(problem);
    const message = `The function "documents" threw: ${reason}`;
    return lostPlan(outline, parsed, [error("decode-failed", top, message)]);
  }
  const isSingle = parsed.isSingle === true;
  if (extract === undefined) {
    if (root.type === "null" && !isSingle) {
      const message = `The document is empty: expected agents at ${describePlaces(layout)}`;
      return lostPlan(outline, parsed, [...parsed.findings, error("missing-agents", top, message)]);
    }
    const collections = collectionsAt(root, isSingle ? [[]] : layout.at);
    if (collections.length === 0) {
      const all = [
        ...parsed.findings,
        ...keyFindings(parsed, []),
        missing(root, outline, layout, top),
      ];
      return lostPlan(outline, parsed, all);
    }
    yield;
    const metadata = yield* metadataAround(root, collections.map(({ tokens }) => tokens));
    return new Planner<A>(outline, parsed, split, { layout, path })
      .plan(root, collections, metadata, isSingle);
  }
  const extracted = callExtract(root, extract, path, top);
  if ("code" in extracted) return lostPlan(outline, parsed, [extracted]);
  const collection = { node: extracted.agents, tokens: [], offset: extracted.agents.start };
  return new Planner<A>(outline, parsed, split, { layout, path })
    .plan(root, [collection], extracted.metadata, false);
}

class Planner<A> {
  readonly #outline: Outline;
  readonly #parsed: ParsedDocument;
  readonly #split: readonly SplitRegion<A>[];
  readonly #options: PlanOptions;
  readonly #findings: Finding[] = [];
  /** Where each member that is no stretch starts and ends. */
  readonly #ranges: {
    readonly id: string | undefined;
    readonly start: number;
    readonly end: number;
  }[] = [];

  constructor(
    outline: Outline,
    parsed: ParsedDocument,
    split: readonly SplitRegion<A>[],
    options: PlanOptions,
  ) {
    this.#outline = outline;
    this.#parsed = parsed;
    this.#split = split;
    this.#options = options;
  }

  /** @param metadata frozen */
  plan(
    root: TreeNode,
    collections: readonly Collection[],
    metadata: Readonly<Record<string, unknown>>,
    isSingle: boolean,
  ): DocumentPlan<A> | "whole" {
    const regions = collections.flatMap((collection) => this.#regionOf(collection, isSingle));
    // What an alias stands for may be in another part of the outline.
    const isLinked = this.#split.length > 0 && (this.#parsed.anchors?.size ?? 0) > 0;
    if (isLinked && this.#ranges.length > 0) return "whole";
    const settings = settingsOf(metadata, (tokens) => offsetAt(root, tokens));
    const own = [
      ...this.#attributed([
        ...this.#parsed.findings,
        ...keyFindings(this.#parsed, collections),
      ]),
      ...this.#findings,
      ...settings.finding === undefined ? [] : [settings.finding],
    ];
    return {
      outline: this.#outline,
      parsed: this.#parsed,
      metadata,
      debounceMs: settings.debounceMs,
      findings: own,
      regions,
    };
  }

  #regionOf(collection: Collection, isSingle: boolean): readonly RegionPlan<A>[] {
    const { tokens } = collection;
    const split = this.#split.find((one) => isSamePath(one.tokens, tokens));
    if (split !== undefined) return [split];
    const { layout } = this.#options;
    const options: ExtractOptions = { layout, path: this.#options.path };
    const found = membersOf(collection, isSingle, options);
    if ("code" in found) {
      this.#findings.push(found);
      return [];
    }
    for (const { id, node, offset } of found.members) {
      this.#ranges.push({ id, start: offset, end: node.end });
    }
    return [{ type: "whole", tokens, collection: found.type, members: found.members }];
  }

  /** Findings with the id of the entry that they lie in, where they lie in one. */
  #attributed(findings: readonly Finding[]): readonly Finding[] {
    if (findings.length === 0) return findings;
    const ranges = this.#ranges.toSorted((a, b) => a.start - b.start);
    return findings.map((finding) => {
      const within = ranges[lastIndex(ranges, ({ start }) => start <= finding.offset)];
      if (within === undefined || finding.offset >= within.end) return finding;
      return within.id === undefined
        ? { ...finding, unnamed: true }
        : { ...finding, agent: within.id };
    });
  }
}

function lostPlan<A>(
  outline: Outline,
  parsed: ParsedDocument,
  findings: readonly Finding[],
): DocumentPlan<A> {
  return { outline, parsed, metadata: NO_METADATA, debounceMs: undefined, findings, regions: [] };
}

const NO_METADATA: Readonly<Record<string, unknown>> = Object.freeze({});

/** Findings about keys, but for those of maps whose keys are ids: two of one id are a finding of another kind. */
function keyFindings(
  parsed: ParsedDocument,
  collections: readonly Collection[],
): readonly Finding[] {
  if (parsed.keyFindings.length === 0) return [];
  const maps = new Set(
    collections.filter(({ node }) => node.type === "map").map(({ node }) => node.start),
  );
  const isOne = parsed.isSingle === true;
  return parsed.keyFindings
    .filter(({ mapStart }) => isOne || !maps.has(mapStart))
    .map(({ finding }) => finding);
}

/** Whether the placeholder of a region is the only thing in it. */
function isInPlace<A>(root: TreeNode, { shape }: SplitRegion<A>, placeholder: number): boolean {
  const { tokens, type } = shape;
  const node = nodeAt(root, tokens);
  if (node?.type !== type) return false;
  const [pair] = node.pairs;
  const [item] = node.items;
  return type === "map"
    ? node.pairs.length === 1 && pair?.offset === placeholder
    : node.items.length === 1 && item?.start === placeholder;
}

function missing(root: TreeNode, { text }: Outline, layout: Layout, top: number): Finding {
  const places = describePlaces(layout);
  const [offset, what] = root.type === "map"
    ? [top, `There is nothing at ${places}`]
    : [root.start, `Expected a map, and at ${places} the agents, found ${describeNode(root)}`];
  const hidden = text.includes("\ufeff")
    ? root.pairs.find(({ key }) => key.startsWith("\ufeff"))
    : undefined;
  if (hidden !== undefined) {
    const message = `A byte order mark, U+FEFF, stands before ${
      quote(hidden.key.slice(1))
    }: remove it`;
    return error("bad-encoding", hidden.offset, message);
  }
  const expected = "agents stand in a map of id to agent, or in a list";
  return error("missing-agents", offset, `${what}: ${expected}`);
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

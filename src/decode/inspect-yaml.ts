import {
  type Alias,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isSeq,
  type Node,
  type YAMLMap,
} from "yaml";
import { quote } from "../text/quote.ts";
import { error, type Finding } from "./report/finding.ts";
import { isMergeKey } from "./yaml-key.ts";
import type { AliasTargets } from "./yaml-tree.ts";

/** How deeply collections may be nested. Real registries need about five levels. */
export const MAX_DEPTH = 200;

/** How many nodes the aliases of a document may stand for in all. */
export const MAX_ALIASED_NODES = 1_000_000;

/** What was seen on one walk through a parsed document. */
export interface InspectedYaml {
  /** Why the document cannot be turned into values; nothing when it can. */
  readonly findings: readonly Finding[];
  readonly targets: AliasTargets;
  /** Every map in it. */
  readonly maps: readonly YAMLMap[];
  /** What the names of anchors stand for at its end. */
  readonly anchors: ReadonlyMap<string, Node>;
  /** Every anchored node, and how large it is. */
  readonly extents: ReadonlyMap<Node, Extent>;
  /** How many nodes its aliases stand for. */
  readonly aliased: number;
}

/** How many nodes an anchored node holds, aliases expanded, and how many levels. */
interface Extent {
  readonly weight: number;
  readonly levels: number;
}

/**
 * Looks a parsed document through, once, for what must be known before it is turned into values:
 * nesting that recursion would not survive, aliases that expand to too much, to themselves or to
 * nothing, merges of what is no map. The parser's own check for aliases refuses honest files
 * (`maxAliasCount` stops at a hundred merges of one anchor).
 */
export function inspectYaml(root: unknown): InspectedYaml {
  const findings: Finding[] = [];
  const maps: YAMLMap[] = [];
  const anchors = new Map<string, Node>();
  const extents = new Map<Node, Extent>();
  /** The anchored nodes that the walk is in. */
  const open = new Set<Node>();
  const targets = new Map<Alias, Node>();
  let aliased = 0;
  let deepest = 0;

  const report = (code: Finding["code"], node: Node, message: string): void => {
    findings.push(error(code, node.range?.[0] ?? 0, message));
  };

  /** Returns how many nodes there are at and below `node` once its aliases are expanded. */
  const visit = (node: unknown, depth: number): number => {
    if (isPair(node)) return visit(node.key, depth) + visit(node.value, depth);
    if (!isNode(node)) return 0;
    if (isAlias(node)) return visitAlias(node, depth);
    const { anchor } = node as { anchor?: string };
    return anchor === undefined ? visitPlain(node, depth) : visitAnchored(node, anchor, depth);
  };

  const visitPlain = (node: Node, depth: number): number => {
    deepest = Math.max(deepest, depth);
    if (!isCollection(node)) return 1;
    if (depth >= MAX_DEPTH) {
      report("too-deep", node, `Collections are nested more than ${MAX_DEPTH} levels deep`);
      return 1;
    }
    let weight = 1;
    for (const item of node.items) weight += visit(item, depth + 1);
    if (isMap(node)) {
      maps.push(node);
      checkMerges(node);
    }
    return weight;
  };

  const visitAnchored = (node: Node, anchor: string, depth: number): number => {
    anchors.set(anchor, node);
    open.add(node);
    const deepestBefore = deepest;
    deepest = depth;
    const weight = visitPlain(node, depth);
    open.delete(node);
    extents.set(node, { weight, levels: deepest - depth });
    deepest = Math.max(deepest, deepestBefore);
    return weight;
  };

  const visitAlias = (alias: Alias, depth: number): number => {
    const target = anchors.get(alias.source);
    const name = quote(`*${alias.source}`);
    if (target !== undefined && open.has(target)) {
      report("alias-limit", alias, `The alias ${name} stands inside its own anchor`);
      return 1;
    }
    const extent = target && extents.get(target);
    if (target === undefined || extent === undefined) {
      report("yaml-syntax", alias, `The alias ${name} has no anchor before it`);
      return 1;
    }
    targets.set(alias, target);
    if (depth + extent.levels > MAX_DEPTH) {
      const message = `The alias ${name} nests collections more than ${MAX_DEPTH} levels deep`;
      report("too-deep", alias, message);
    }
    deepest = Math.max(deepest, depth + extent.levels);
    const before = aliased;
    aliased += extent.weight;
    if (before <= MAX_ALIASED_NODES && aliased > MAX_ALIASED_NODES) {
      const message = `Aliases expand to more than ${MAX_ALIASED_NODES} nodes: write fewer of them`;
      report("alias-limit", alias, message);
    }
    return extent.weight;
  };

  const checkMerges = (map: YAMLMap): void => {
    for (const { key, value } of map.items.filter(({ key }) => isMergeKey(key))) {
      const source = isAlias(value) ? targets.get(value) : value;
      for (const one of isSeq(source) ? source.items : [source]) {
        // An alias without a target has its finding already.
        if (isMap(isAlias(one) ? targets.get(one) ?? map : one) || source === undefined) continue;
        const message = 'Expected the value of "<<" to be a map or a list of maps';
        report("yaml-syntax", (isNode(one) ? one : key) as Node, message);
      }
    }
  };

  visit(root, 0);
  return { findings, targets, maps, anchors, extents, aliased };
}

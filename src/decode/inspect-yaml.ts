import { isAlias, isCollection, isMap, isNode, isPair, isScalar, type Node } from "yaml";
import type { Finding } from "./finding.ts";
import { keyText, type YamlDocument } from "./yaml-pairs.ts";

/** How deeply collections may be nested. Real registries need about five levels. */
export const MAX_DEPTH = 200;

/** How many nodes the aliases of a document may stand for in all. */
export const MAX_ALIASED_NODES = 1_000_000;

/**
 * Looks a parsed document through, once, for what must be known before it is turned into values:
 * duplicate keys, nesting that recursion would not survive, aliases that expand to too much, to
 * themselves or to nothing. The parser's own checks for this are quadratic (`uniqueKeys`) or refuse
 * honest files (`maxAliasCount` stops at a hundred merges of one anchor).
 *
 * @param agents the map whose keys are ids: a duplicate there is left to whoever knows all files
 */
export function inspectYaml(document: YamlDocument, agents: unknown): readonly Finding[] {
  const findings: Finding[] = [];
  const weights = new Map<string, number | "open">();
  let aliased = 0;

  const report = (code: Finding["code"], node: Node, message: string): void => {
    findings.push({ code, severity: "error", message, offset: node.range?.[0] ?? 0 });
  };

  /** Returns how many nodes there are at and below `node` once its aliases are expanded. */
  const visit = (node: unknown, depth: number): number => {
    if (isPair(node)) return visit(node.key, depth) + visit(node.value, depth);
    if (!isNode(node)) return 0;
    if (isAlias(node)) return visitAlias(node);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) weights.set(anchor, "open");
    let weight = 1;
    if (isCollection(node)) {
      if (depth === MAX_DEPTH) {
        report("too-deep", node, `Collections are nested more than ${MAX_DEPTH} levels deep`);
        return 1;
      }
      if (isMap(node)) reportDuplicates(node);
      for (const item of node.items) weight += visit(item, depth + 1);
    }
    if (anchor !== undefined) weights.set(anchor, weight);
    return weight;
  };

  const visitAlias = (alias: Node & { source: string }): number => {
    const weight = weights.get(alias.source);
    const name = JSON.stringify(`*${alias.source}`);
    if (weight === undefined) {
      report("yaml-syntax", alias, `The alias ${name} has no anchor before it`);
      return 1;
    }
    if (weight === "open") {
      report("alias-limit", alias, `The alias ${name} stands inside its own anchor`);
      return 1;
    }
    const before = aliased;
    aliased += weight;
    if (before <= MAX_ALIASED_NODES && aliased > MAX_ALIASED_NODES) {
      const message = `Aliases expand to more than ${MAX_ALIASED_NODES} nodes: write fewer of them`;
      report("alias-limit", alias, message);
    }
    return weight;
  };

  const reportDuplicates = (map: { items: { key: unknown }[] }): void => {
    if (map === agents) return;
    const seen = new Map<string, number>();
    for (const { key } of map.items) {
      const text = keyText(key);
      if (text === undefined) continue;
      const offset = (key as Node).range?.[0] ?? 0;
      const first = seen.get(text);
      if (first === undefined) seen.set(text, offset);
      else {
        const message = `The key ${JSON.stringify(text)} stands here a second time`;
        findings.push({ code: "duplicate-key", severity: "error", message, offset, first });
      }
    }
  };

  visit(document.contents, 0);
  return findings;
}

/** Says what kind of value a node is, for messages. */
export function kindOf(node: unknown): string {
  if (node === null || (isScalar(node) && node.value === null)) return "nothing";
  if (isMap(node)) return "a map";
  if (isCollection(node)) return "a list";
  if (!isScalar(node)) return "an alias";
  const { value } = node;
  return typeof value === "string" ? "text" : `the ${typeof value} ${String(value)}`;
}

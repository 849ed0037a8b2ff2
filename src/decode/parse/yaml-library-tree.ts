import type * as Yaml from "yaml";
import { quote } from "../../text/quote.ts";
import { error, type Finding } from "../report/finding.ts";
import { type KeyFinding, MAX_ALIASED_NODES, MAX_DEPTH } from "./inspect-tree.ts";
import { PlainList, PlainMap, PlainScalar } from "./plain-tree.ts";
import type { TreeNode, TreePair } from "./tree.ts";

/** Turns nodes of the `yaml` library into nodes of ours, for texts that only that library takes. */
export class YamlLibraryTree {
  readonly fatal: Finding[] = [];
  readonly keyFindings: KeyFinding[] = [];
  readonly #yaml: typeof Yaml;
  readonly #anchors = new Map<string, { readonly node: TreeNode; readonly weight: number }>();
  /** How many nodes there are so far, aliases expanded. */
  #weight = 0;

  constructor(yaml: typeof Yaml) {
    this.#yaml = yaml;
  }

  nodeOf(node: unknown, place: number, depth: number): TreeNode {
    const { isAlias, isMap, isScalar, isSeq } = this.#yaml;
    const [start, end] = (node as Yaml.Node | null)?.range ?? [place, place];
    if (depth > MAX_DEPTH) {
      const message = `Collections are nested more than ${MAX_DEPTH} levels deep`;
      this.fatal.push(error("too-deep", start, message));
      return new PlainScalar(null, "", start);
    }
    if (isAlias(node)) return this.#aliased(node, start);
    const before = this.#weight++;
    const made = isMap(node)
      ? this.#mapOf(node, start, end, depth)
      : isSeq(node)
      ? new PlainList(node.items.map((item) => this.nodeOf(item, start, depth + 1)), start, end)
      : isScalar(node)
      ? new PlainScalar(node.value, textOf(node), start, end)
      : new PlainScalar(null, "", start);
    const { anchor } = (node ?? {}) as { readonly anchor?: string };
    if (anchor !== undefined) {
      this.#anchors.set(anchor, { node: made, weight: this.#weight - before });
    }
    return made;
  }

  #aliased(alias: Yaml.Alias, start: number): TreeNode {
    const target = this.#anchors.get(alias.source);
    this.#weight += target?.weight ?? 0;
    if (target !== undefined && this.#weight <= MAX_ALIASED_NODES) return target.node;
    const name = quote(`*${alias.source}`);
    const finding = target === undefined
      ? error("yaml-syntax", start, `The alias ${name} has no anchor before it`)
      : error("alias-limit", start, `Aliases expand to more than ${MAX_ALIASED_NODES} nodes`);
    if (this.fatal.length === 0) this.fatal.push(finding);
    return new PlainScalar(null, "", start);
  }

  #mapOf(map: Yaml.YAMLMap, start: number, end: number, depth: number): TreeNode {
    const pairs: TreePair[] = [];
    const offsets = new Map<string, number>();
    const merged: TreeNode[] = [];
    for (const { key, value } of map.items) {
      const offset = (key as Yaml.Node | null)?.range?.[0] ?? start;
      if (this.#yaml.isScalar(key) && typeof key.value === "symbol") {
        const node = this.nodeOf(value, offset, depth + 1);
        const sources = node.type === "list" ? node.items : [node];
        if (sources.some(({ type }) => type !== "map")) {
          const message = 'Expected the value of "<<" to be a map or a list of maps';
          this.fatal.push(error("yaml-syntax", offset, message));
        }
        merged.push(...sources);
        continue;
      }
      const keyNode = this.nodeOf(key, offset, depth + 1);
      const isScalar = keyNode.type === "scalar" || keyNode.type === "null";
      const text = keyNode.text ?? (this.#yaml.isScalar(key) ? textOf(key) : "");
      const node = this.nodeOf(value, offset, depth + 1);
      const first = offsets.get(text);
      if (!isScalar) {
        const message = "Expected a key to be a scalar such as text or a number: put it in quotes";
        this.keyFindings.push({ mapStart: start, finding: error("invalid-key", offset, message) });
      } else if (first === undefined) offsets.set(text, offset);
      else {
        const message = `The key ${quote(text)} stands here a second time`;
        const finding = { ...error("duplicate-key", offset, message), first };
        this.keyFindings.push({ mapStart: start, finding });
      }
      pairs.push({ key: text, isScalar, offset, node });
    }
    for (const pair of merged.flatMap((source) => source.pairs)) {
      if (offsets.has(pair.key)) continue;
      offsets.set(pair.key, pair.offset);
      pairs.push(pair);
    }
    return new PlainMap(pairs, start, end);
  }
}

function textOf({ value, source }: Yaml.Scalar): string {
  return typeof value === "string" ? value : source ?? (value === null ? "" : String(value));
}

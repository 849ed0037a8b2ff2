import { type AliasEvent, type Event, EVENT_ID } from "js-yaml";
import { quote } from "../../text/quote.ts";
import { error, type Finding } from "../report/finding.ts";
import { checkValue } from "./check-value.ts";
import type { EventTree, NodeReference } from "./event-tree.ts";

/** How deeply collections may be nested. Real registries need about five levels. */
export const MAX_DEPTH = 200;

/** How many nodes the aliases of a document may stand for in all. */
export const MAX_ALIASED_NODES = 1_000_000;

/** An anchored node, and how large it is with its aliases expanded. */
export interface Anchored extends NodeReference {
  /** How many nodes it holds. */
  readonly weight: number;
  /** How many levels of collections it holds. */
  readonly levels: number;
}

/** The anchors that a text may refer to, by name. */
export type Anchors = ReadonlyMap<string, Anchored>;

/** What was seen on one walk through a document, or a part of it. */
export interface Inspection {
  /** Why it cannot be turned into values; nothing when it can. */
  readonly fatal: readonly Finding[];
  /** What else is wrong, or should be looked at. */
  readonly findings: readonly Finding[];
  /** What is wrong with keys, and in which map: of maps whose keys are ids it is told in other words. */
  readonly keyFindings: readonly KeyFinding[];
  /** The anchors that it declares, as they stand at its end. */
  readonly anchors: Anchors;
  /** Whether it declares one of them twice. */
  readonly hasRepeatedAnchor: boolean;
  /** How many nodes its aliases stand for. */
  readonly aliased: number;
}

/** A finding about a key. */
export interface KeyFinding {
  /** Where the map starts. */
  readonly mapStart: number;
  readonly finding: Finding;
}

/**
 * Walks through a node once, for what must be known before it is turned into values: nesting that is too
 * deep, aliases that expand to too much, to themselves or to nothing, merges of what is no map. Finds
 * repeated keys, numbers that a double cannot hold, and unknown tags on the way, and links the aliases.
 *
 * @param depth how many collections it stands in
 * @param outer anchors that are declared before it, in another text
 */
export function inspectTree(
  tree: EventTree,
  index: number,
  depth = 0,
  outer: Anchors = new Map(),
): Inspection {
  const inspector = new Inspector(tree, outer);
  inspector.visit(index, depth, 0);
  return inspector;
}

class Inspector implements Inspection {
  readonly fatal: Finding[] = [];
  readonly findings: Finding[] = [];
  readonly keyFindings: KeyFinding[] = [];
  readonly anchors = new Map<string, Anchored>();
  hasRepeatedAnchor = false;
  aliased = 0;
  readonly #tree: EventTree;
  readonly #outer: Anchors;
  /** The anchored nodes that the walk is in, by name. */
  readonly #open = new Map<string, number>();
  #deepest = 0;

  constructor(tree: EventTree, outer: Anchors) {
    this.#tree = tree;
    this.#outer = outer;
  }

  /** Returns how many nodes there are at and below a node, its aliases expanded. */
  visit(index: number, depth: number, place: number): number {
    const event = this.#tree.events[index]!;
    switch (event.type) {
      case EVENT_ID.ALIAS:
        return this.#visitAlias(event, index, depth);
      case EVENT_ID.SCALAR:
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const finding = checkValue(this.#tree, event);
        if (finding !== undefined) this.findings.push(finding);
        return event.anchorStart === -1
          ? this.#visitPlain(event, index, depth, place)
          : this.#visitAnchored(event, index, depth, place);
      }
      default:
        return 0;
    }
  }

  #visitPlain(event: Event, index: number, depth: number, place: number): number {
    this.#deepest = Math.max(this.#deepest, depth);
    if (event.type === EVENT_ID.SCALAR) return 1;
    const start = this.#tree.startOf(index, place);
    if (depth >= MAX_DEPTH) {
      this.#report("too-deep", start, `Collections are nested more than ${MAX_DEPTH} levels deep`);
      return 1;
    }
    const children = this.#tree.childrenOf(index);
    let weight = 1;
    for (const child of children) weight += this.visit(child, depth + 1, start);
    if (event.type === EVENT_ID.MAPPING) this.#checkKeys(children, start);
    return weight;
  }

  #visitAnchored(
    event: Event & { readonly anchorStart: number; readonly anchorEnd: number },
    index: number,
    depth: number,
    place: number,
  ): number {
    const name = this.#tree.nameOf(event);
    this.#open.set(name, index);
    const deepestBefore = this.#deepest;
    this.#deepest = depth;
    const weight = this.#visitPlain(event, index, depth, place);
    const levels = this.#deepest - depth;
    if (this.#open.get(name) === index) this.#open.delete(name);
    this.hasRepeatedAnchor ||= this.anchors.has(name);
    this.anchors.set(name, { tree: this.#tree, index, weight, levels });
    this.#deepest = Math.max(this.#deepest, deepestBefore);
    return weight;
  }

  #visitAlias(event: AliasEvent, index: number, depth: number): number {
    const name = this.#tree.nameOf(event);
    const offset = event.anchorStart - 1;
    const alias = quote(`*${name}`);
    if (this.#open.has(name)) {
      this.#report("alias-limit", offset, `The alias ${alias} stands inside its own anchor`);
      return 1;
    }
    const target = this.anchors.get(name) ?? this.#outer.get(name);
    if (target === undefined) {
      this.#report("yaml-syntax", offset, `The alias ${alias} has no anchor before it`);
      return 1;
    }
    this.#tree.targets.set(index, target);
    if (depth + target.levels > MAX_DEPTH) {
      const message = `The alias ${alias} nests collections more than ${MAX_DEPTH} levels deep`;
      this.#report("too-deep", offset, message);
    }
    this.#deepest = Math.max(this.#deepest, depth + target.levels);
    const before = this.aliased;
    this.aliased += target.weight;
    if (before <= MAX_ALIASED_NODES && this.aliased > MAX_ALIASED_NODES) {
      const message = `Aliases expand to more than ${MAX_ALIASED_NODES} nodes: write fewer of them`;
      this.#report("alias-limit", offset, message);
    }
    return target.weight;
  }

  #checkKeys(children: readonly number[], mapStart: number): void {
    const seen = new Map<string, number>();
    const limit = this.keyFindings.length + MAX_KEY_FINDINGS;
    for (let at = 0; at < children.length; at += 2) {
      const key = children[at]!;
      if (this.#tree.isMergeKey(key)) {
        this.#checkMerge(children[at + 1]!, this.#tree.startOf(key, mapStart));
        continue;
      }
      const offset = this.#tree.startOf(key, mapStart);
      const text = this.#tree.keyText(key);
      const first = text === undefined ? undefined : seen.get(text);
      if (text === undefined) {
        const message = "Expected a key to be a scalar such as text or a number: put it in quotes";
        this.keyFindings.push({ mapStart, finding: error("invalid-key", offset, message) });
      } else if (first === undefined) seen.set(text, offset);
      else if (this.keyFindings.length < limit) {
        const message = () => `The key ${quote(text)} stands here a second time`;
        const finding = { ...error("duplicate-key", offset, message), first };
        this.keyFindings.push({ mapStart, finding });
      }
    }
  }

  #checkMerge(value: number, keyOffset: number): void {
    const { tree } = this.#tree.resolved(value);
    for (const source of this.#tree.mergeSources(value)) {
      const event = source.tree.events[source.index]!;
      // An alias without a target has its finding already.
      if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.ALIAS) continue;
      const offset = source.tree === this.#tree && tree === this.#tree
        ? source.tree.startOf(source.index, keyOffset)
        : keyOffset;
      const message = 'Expected the value of "<<" to be a map or a list of maps';
      this.#report("yaml-syntax", offset, message);
    }
  }

  #report(code: Finding["code"], offset: number, message: string): void {
    this.fatal.push(error(code, offset, message));
  }
}

/** More findings about the keys of one map are not looked for. */
const MAX_KEY_FINDINGS = 100;

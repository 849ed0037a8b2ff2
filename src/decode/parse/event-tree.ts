import {
  type AliasEvent,
  type Event,
  EVENT_ID,
  getScalarValue,
  SCALAR_STYLE,
  type ScalarEvent,
} from "js-yaml";
import { CORE, isInexact, resolvePlain, resolveTagged } from "./core-schema.ts";
import type { TreeNode, TreePair } from "./tree.ts";
import type { ParsedEvents } from "./yaml-events.ts";

/** What stands between a key and its value. */
const COLON = /["']?\s*:/y;
/** Collections that are nested deeper want inspection. */
const DOUBTFUL_DEPTH = 100;

/** A node that may be in another text than the one that refers to it. */
export interface NodeReference {
  readonly tree: EventTree;
  readonly index: number;
}

/**
 * The events of a parsed text as a tree. Nothing is made of them before it is asked for, so that a value
 * costs no more than the value.
 */
export class EventTree {
  readonly text: string;
  readonly events: readonly Event[];
  readonly ends: Int32Array;
  readonly hasProperties: boolean;
  /** What the aliases stand for, by their index; set by whoever inspects the tree. */
  readonly targets: Map<number, NodeReference> = new Map();
  /** Tag handles and the prefixes that they stand for, of the document that is inspected. */
  readonly handles: Map<string, string> = new Map();
  /** Set when a value was made of something that wants inspection: a repeated key, an inexact number... */
  isDoubtful = false;
  #depth = 0;

  constructor({ text, events, ends, hasProperties }: ParsedEvents) {
    this.text = text;
    this.events = events;
    this.ends = ends;
    this.hasProperties = hasProperties;
  }

  /**
   * The node at an index, with its alias followed.
   *
   * @param place where it stands when it has no character of its own
   * @param through where the alias or merge key stands that has led to it: it is told to stand there
   */
  node(index: number, place: number, through?: number): TreeNode {
    return new EventNode(this, index, place, through);
  }

  /** Follows an alias. One without a target, which is a problem of its own, stands for itself. */
  resolved(index: number): NodeReference {
    return this.targets.get(index) ?? { tree: this, index };
  }

  /** Where a node starts; `place` for one that has no character of its own. */
  startOf(index: number, place: number): number {
    const event = this.events[index]!;
    switch (event.type) {
      case EVENT_ID.SCALAR: {
        const { anchorStart, tagStart, valueStart, style } = event;
        const first = firstOf(anchorStart, tagStart);
        if (valueStart === -1) return first ?? place;
        const isQuoted = style === SCALAR_STYLE.DOUBLE_QUOTED ||
          style === SCALAR_STYLE.SINGLE_QUOTED;
        if (style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK) {
          return this.#blockStart(valueStart, place);
        }
        return isQuoted ? valueStart - 1 : valueStart;
      }
      case EVENT_ID.ALIAS:
        return event.anchorStart - 1;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        return event.start;
      default:
        return place;
    }
  }

  /** Where the last scalar or alias in a node ends; `start` when there is none. */
  endOf(index: number, start: number): number {
    for (let at = this.ends[index]! - 1; at >= index; at--) {
      const event = this.events[at]!;
      if (event.type === EVENT_ID.ALIAS) return event.anchorEnd;
      if (event.type !== EVENT_ID.SCALAR) continue;
      const end = Math.max(event.valueEnd, event.anchorEnd, event.tagEnd);
      if (end !== -1) return end;
    }
    return start;
  }

  /** Where the value of a key stands that says nothing: behind its colon. */
  afterKey(key: number, offset: number): number {
    const end = this.endOf(key, offset);
    COLON.lastIndex = end;
    return COLON.test(this.text) ? COLON.lastIndex : end;
  }

  /** Where the header of a block scalar stands: the last `|` or `>` in the lines before its text. */
  #blockStart(valueStart: number, place: number): number {
    const end = this.text.lastIndexOf("\n", valueStart - 1);
    const header = this.text.slice(place, end === -1 ? valueStart : end + 1);
    const at = header.search(/[|>][-+\d]*[ \t]*(?:#[^\n]*)?\r?\n?$/);
    return at === -1 ? valueStart : place + at;
  }

  /** The key at an index as text; undefined for what is no scalar. */
  keyText(index: number): string | undefined {
    const event = this.events[index]!;
    if (event.type === EVENT_ID.SCALAR) {
      return event.fast
        ? this.text.slice(event.valueStart, event.valueEnd)
        : getScalarValue(this.text, event);
    }
    if (event.type !== EVENT_ID.ALIAS) return undefined;
    const { tree, index: target } = this.resolved(index);
    return tree === this && target === index ? "" : tree.keyText(target);
  }

  /** Whether the node at an index is a map or a list itself, and not by an alias. */
  isCollection(index: number, type: "map" | "list"): boolean {
    return this.events[index]?.type === (type === "map" ? EVENT_ID.MAPPING : EVENT_ID.SEQUENCE);
  }

  /** Whether the key at an index is a scalar that means the same wherever it stands. */
  isOrdinaryKey(index: number): boolean {
    const event = this.events[index]!;
    return event.type === EVENT_ID.SCALAR && event.anchorStart === -1 && event.tagStart === -1 &&
      !this.isMergeKey(index);
  }

  /** Whether the key at an index is `<<`, which merges maps. */
  isMergeKey(index: number): boolean {
    const event = this.events[index]!;
    return event.type === EVENT_ID.SCALAR && event.valueEnd - event.valueStart === 2 &&
      event.style === SCALAR_STYLE.PLAIN && event.tagStart === -1 &&
      this.text.startsWith("<<", event.valueStart);
  }

  /** What a node says, as plain data. */
  valueAt(index: number): unknown {
    const event = this.events[index]!;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalarValue(event);
      case EVENT_ID.MAPPING: {
        if (++this.#depth > DOUBTFUL_DEPTH) this.isDoubtful = true;
        const map = this.#mapValue(index);
        this.#depth--;
        return map;
      }
      case EVENT_ID.SEQUENCE: {
        if (++this.#depth > DOUBTFUL_DEPTH) this.isDoubtful = true;
        const list: unknown[] = [];
        const end = this.ends[index]! - 1;
        for (let at = index + 1; at < end; at = this.ends[at]!) list.push(this.valueAt(at));
        this.#depth--;
        return list;
      }
      case EVENT_ID.ALIAS: {
        const { tree, index: target } = this.resolved(index);
        return tree === this && target === index ? null : tree.valueAt(target);
      }
      default:
        return null;
    }
  }

  /** What a scalar says. */
  #scalarValue(event: ScalarEvent): unknown {
    const text = event.fast
      ? this.text.slice(event.valueStart, event.valueEnd)
      : getScalarValue(this.text, event);
    if (event.tagStart !== -1) return this.#taggedValue(event, text);
    if (event.style !== SCALAR_STYLE.PLAIN) return text;
    const value = resolvePlain(text);
    if (typeof value === "number" && isInexact(text, value)) this.isDoubtful = true;
    return value;
  }

  #taggedValue(event: ScalarEvent, text: string): unknown {
    this.isDoubtful = true;
    const tag = this.tagOf(event);
    const value = tag === "!" ? text : resolveTagged(tag, text);
    return value === undefined ? text : value;
  }

  /** The full name of a tag, `!` for the one that only says "not plain", or nothing. */
  tagOf({ tagStart, tagEnd }: { readonly tagStart: number; readonly tagEnd: number }): string {
    const written = this.text.slice(tagStart, tagEnd);
    if (written.startsWith("!<")) return written.slice(2, -1);
    const [, handle = "!", suffix = ""] = /^(![\w-]*!|!)(.*)$/s.exec(written) ?? [];
    if (suffix === "" && handle === "!") return "!";
    const prefix = this.handles.get(handle) ?? (handle === "!!" ? CORE : handle);
    return prefix + decoded(suffix);
  }

  #mapValue(index: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    let merged: number[] | undefined;
    const end = this.ends[index]! - 1;
    for (let at = index + 1; at < end;) {
      const value = this.ends[at]!;
      if (this.isMergeKey(at)) (merged ??= []).push(value);
      else {
        const key = this.keyText(at) ?? this.#sourceOf(at, value);
        if (key in map || key === "__proto__") this.#setOddKey(map, key, value);
        else map[key] = this.valueAt(value);
      }
      at = this.ends[value]!;
    }
    if (merged !== undefined) this.#merge(map, merged);
    return map;
  }

  /** A key that a map has already, or that an object inherits: it is defined, not assigned. */
  #setOddKey(map: Record<string, unknown>, key: string, value: number): void {
    this.isDoubtful ||= Object.hasOwn(map, key);
    setOwn(map, key, this.valueAt(value));
  }

  /** Own keys count; of several maps that have a key the first one does. */
  #merge(map: Record<string, unknown>, merged: readonly number[]): void {
    this.isDoubtful = true;
    for (const source of merged.flatMap((value) => this.mergeSources(value))) {
      const fields = source.tree.valueAt(source.index);
      if (typeof fields !== "object" || fields === null) continue;
      for (const [key, value] of Object.entries(fields)) {
        if (!Object.hasOwn(map, key)) setOwn(map, key, value);
      }
    }
  }

  /** The maps that the value of a merge key stands for. */
  mergeSources(index: number): readonly NodeReference[] {
    const { tree, index: at } = this.resolved(index);
    if (tree.events[at]!.type !== EVENT_ID.SEQUENCE) return [{ tree, index: at }];
    return tree.childrenOf(at).map((item) => tree.resolved(item));
  }

  /** The indexes of the items of a list, or of the keys and values of a map in turn. */
  childrenOf(index: number): readonly number[] {
    const children: number[] = [];
    const end = this.ends[index]! - 1;
    for (let at = index + 1; at < end; at = this.ends[at]!) children.push(at);
    return children;
  }

  /** The name of an anchor or alias, without its sign. */
  nameOf({ anchorStart, anchorEnd }: Pick<AliasEvent, "anchorStart" | "anchorEnd">): string {
    return this.text.slice(anchorStart, anchorEnd);
  }

  /** The text of a key that is no scalar. */
  #sourceOf(key: number, value: number): string {
    this.isDoubtful = true;
    const start = this.startOf(key, 0);
    const end = this.startOf(value, start);
    return this.text.slice(start, end).replace(/\s*:\s*$/, "").trim();
  }

  /** The pairs of a map: its own, then those of merged maps that it has not. */
  pairsOf(index: number, through?: number): readonly TreePair[] {
    const pairs: TreePair[] = [];
    const merged: { readonly value: number; readonly offset: number }[] = [];
    const end = this.ends[index]! - 1;
    for (let at = index + 1; at < end;) {
      const value = this.ends[at]!;
      const offset = through ?? this.startOf(at, this.startOf(index, 0));
      if (this.isMergeKey(at)) merged.push({ value, offset });
      else {
        const text = this.keyText(at);
        const key = text ?? this.#sourceOf(at, value);
        const node = this.node(value, through ?? this.afterKey(at, offset), through);
        pairs.push({ key, isScalar: text !== undefined, offset, node });
      }
      at = this.ends[value]!;
    }
    if (merged.length === 0) return pairs;
    const keys = new Set(pairs.map(({ key }) => key));
    for (const { value, offset } of merged) {
      for (const { tree, index: source } of this.mergeSources(value)) {
        if (tree.events[source]!.type !== EVENT_ID.MAPPING) continue;
        for (const pair of tree.pairsOf(source, offset)) {
          if (keys.has(pair.key)) continue;
          keys.add(pair.key);
          pairs.push(pair);
        }
      }
    }
    return pairs;
  }
}

/** A node of an {@linkcode EventTree}. */
class EventNode implements TreeNode {
  readonly #tree: EventTree;
  readonly #index: number;
  readonly #place: number;
  readonly #through: number | undefined;
  #pairs: readonly TreePair[] | undefined;
  #byKey: ReadonlyMap<string, TreeNode> | undefined;

  constructor(tree: EventTree, index: number, place: number, through: number | undefined) {
    this.#tree = tree;
    this.#index = index;
    this.#place = place;
    this.#through = through;
  }

  get start(): number {
    return this.#through ?? this.#tree.startOf(this.#index, this.#place);
  }

  get end(): number {
    return this.#tree.endOf(this.#index, this.start);
  }

  get #target(): { tree: EventTree; index: number; event: Event; through: number | undefined } {
    const { tree, index } = this.#tree.resolved(this.#index);
    const isSame = tree === this.#tree && index === this.#index;
    return {
      tree,
      index,
      event: tree.events[index]!,
      through: isSame ? this.#through : this.start,
    };
  }

  get type(): TreeNode["type"] {
    switch (this.#target.event.type) {
      case EVENT_ID.MAPPING:
        return "map";
      case EVENT_ID.SEQUENCE:
        return "list";
      default:
        return this.value() === null ? "null" : "scalar";
    }
  }

  get pairs(): readonly TreePair[] {
    const { tree, index, event, through } = this.#target;
    return this.#pairs ??= event.type === EVENT_ID.MAPPING ? tree.pairsOf(index, through) : [];
  }

  get items(): readonly TreeNode[] {
    const { tree, index, event, through } = this.#target;
    if (event.type !== EVENT_ID.SEQUENCE) return [];
    return tree.childrenOf(index).map((item) => tree.node(item, event.start, through));
  }

  get text(): string | undefined {
    const { tree, index, event } = this.#target;
    if (event.type !== EVENT_ID.SCALAR) return undefined;
    return tree.valueAt(index) === null ? undefined : getScalarValue(tree.text, event);
  }

  child(token: string): TreeNode | undefined {
    const { type } = this;
    if (type === "list") return this.items[Number(token)];
    if (type !== "map") return undefined;
    if (this.#byKey === undefined) {
      const byKey = new Map<string, TreeNode>();
      // Of a key that is there twice, which is a problem of its own, the first.
      for (const { key, node } of this.pairs) if (!byKey.has(key)) byKey.set(key, node);
      this.#byKey = byKey;
    }
    return this.#byKey.get(token);
  }

  value(): unknown {
    return this.#tree.valueAt(this.#index);
  }
}

function firstOf(...offsets: readonly number[]): number | undefined {
  const there = offsets.filter((offset) => offset !== -1);
  return there.length === 0 ? undefined : Math.min(...there);
}

/** Sets a key as data, also one named `__proto__`. */
function setOwn(map: object, key: string, value: unknown): void {
  Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
}

/** The suffix of a tag without its percent escapes. */
function decoded(suffix: string): string {
  try {
    return decodeURIComponent(suffix);
  } catch {
    return suffix;
  }
}

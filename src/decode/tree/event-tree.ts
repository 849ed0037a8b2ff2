import {
  type AliasEvent,
  type Event,
  EVENT_ID,
  getScalarValue,
  SCALAR_STYLE,
  type ScalarEvent,
} from "js-yaml";
import { CORE } from "./core-schema.ts";
import type { ParsedEvents } from "./yaml-events.ts";

/** What stands between a key and its value. */
const COLON = /["']?\s*:/y;

/** A node that may be in another text than the one that refers to it. */
export interface NodeReference {
  readonly tree: EventTree;
  readonly index: number;
}

/**
 * The events of a parsed text as a tree: a node is the index of its event. Nothing is made of them before it
 * is asked for.
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
  readonly #values: ParsedEvents["values"];

  constructor({ text, events, ends, hasProperties, values }: ParsedEvents) {
    this.text = text;
    this.events = events;
    this.ends = ends;
    this.hasProperties = hasProperties;
    this.#values = values;
  }

  /** Follows an alias. One without a target, which is a problem of its own, stands for itself. */
  resolved(index: number): NodeReference {
    return this.targets.get(index) ?? { tree: this, index };
  }

  /** The indexes of the items of a list, or of the keys and values of a map in turn. */
  childrenOf(index: number): readonly number[] {
    const children: number[] = [];
    const end = this.ends[index]! - 1;
    for (let at = index + 1; at < end; at = this.ends[at]!) children.push(at);
    return children;
  }

  /** Whether the node at an index is a map or a list itself, and not by an alias. */
  isCollection(index: number, type: "map" | "list"): boolean {
    return this.events[index]?.type === (type === "map" ? EVENT_ID.MAPPING : EVENT_ID.SEQUENCE);
  }

  /** A scalar as it is written, without quotes. */
  textOf(event: ScalarEvent): string {
    return event.fast
      ? this.text.slice(event.valueStart, event.valueEnd)
      : this.#values?.get(event) ?? getScalarValue(this.text, event);
  }

  /** The key at an index as text; undefined for what is no scalar. */
  keyText(index: number): string | undefined {
    const event = this.events[index]!;
    if (event.type === EVENT_ID.SCALAR) return this.textOf(event);
    if (event.type !== EVENT_ID.ALIAS) return undefined;
    const { tree, index: target } = this.resolved(index);
    return tree === this && target === index ? "" : tree.keyText(target);
  }

  /** The key at an index as text, also where it is no scalar. */
  keyOrSource(key: number): string {
    const text = this.keyText(key);
    if (text !== undefined) return text;
    this.isDoubtful = true;
    const start = this.startOf(key, 0);
    const end = this.startOf(this.ends[key]!, start);
    return this.text.slice(start, end).replace(/\s*:\s*$/, "").trim();
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

  /** The maps that the value of a merge key stands for. */
  mergeSources(index: number): readonly NodeReference[] {
    const { tree, index: at } = this.resolved(index);
    if (tree.events[at]!.type !== EVENT_ID.SEQUENCE) return [{ tree, index: at }];
    return tree.childrenOf(at).map((item) => tree.resolved(item));
  }

  /** The name of an anchor or alias, without its sign. */
  nameOf({ anchorStart, anchorEnd }: Pick<AliasEvent, "anchorStart" | "anchorEnd">): string {
    return this.text.slice(anchorStart, anchorEnd);
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

  /** Where a node starts; `place` for one that has no character of its own. */
  startOf(index: number, place: number): number {
    const event = this.events[index]!;
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalarStart(event, place);
      case EVENT_ID.ALIAS:
        return event.anchorStart - 1;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING:
        return event.start;
      default:
        return place;
    }
  }

  #scalarStart({ anchorStart, tagStart, valueStart, style }: ScalarEvent, place: number): number {
    if (valueStart === -1) return firstOf(anchorStart, tagStart) ?? place;
    if (style === SCALAR_STYLE.PLAIN) return valueStart;
    return style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK
      ? this.#blockStart(valueStart, place)
      : valueStart - 1;
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

  /** Where the dash of the next item of a list stands: in a line below, at the column of the first one. */
  dashAfter(offset: number, first: number): number {
    const column = first - this.text.lastIndexOf("\n", first - 1) - 1;
    for (
      let line = this.text.indexOf("\n", offset - 1) + 1;
      line > 0;
      line = this.text.indexOf("\n", line) + 1
    ) {
      const dash = line + column;
      if (this.text[dash] === "-" && this.text.slice(line, dash).trim() === "") return dash;
    }
    return offset;
  }

  /** Where the header of a block scalar stands: the last `|` or `>` in the lines before its text. */
  #blockStart(valueStart: number, place: number): number {
    const end = this.text.lastIndexOf("\n", valueStart - 1);
    const header = this.text.slice(place, end === -1 ? valueStart : end + 1);
    const at = header.search(/[|>][-+\d]*[ \t]*(?:#[^\n]*)?\r?\n?$/);
    return at === -1 ? valueStart : place + at;
  }
}

function firstOf(...offsets: readonly number[]): number | undefined {
  const there = offsets.filter((offset) => offset !== -1);
  return there.length === 0 ? undefined : Math.min(...there);
}

/** The suffix of a tag without its percent escapes. */
function decoded(suffix: string): string {
  try {
    return decodeURIComponent(suffix);
  } catch {
    return suffix;
  }
}

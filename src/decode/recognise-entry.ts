import type { Mergeable } from "./head-anchors.ts";
import { KeyMemory } from "./key-memory.ts";
import { fieldOf } from "../model/agent-filter.ts";
import { recogniseScalar, recogniseValue } from "./recognise-value.ts";
import { DASH as DASH_SPACE, type Shape } from "./shape.ts";

/** An entry that was read without a YAML parser. */
export interface RecognisedEntry {
  readonly id: string;
  readonly value: Record<string, unknown>;
  /** How many nodes its aliases stand for. */
  readonly aliased: number;
}

/**
 * What makes an entry strange: all but line feeds, printable ASCII, and letters and signs beyond it.
 * Tabs are strange, other control characters, white space and line separators beyond ASCII.
 */
const STRANGE =
  /[^\n\x20-\x7e\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ufefe]/;
/** Words that are no text, and one that is no key to assign to. */
const NO_KEY = /^(?:null|true|false|__proto__)$/i;
/** How far right a map may stand: less far than it takes to nest deeper than is allowed. */
const MAX_COLUMN = 100;
/** What merges a map that stands elsewhere. */
const MERGE = "<<: *";
const [LF, SPACE, HASH, DASH, COLON] = [10, 32, 35, 45, 58];

/**
 * Reads the plainest of entries: maps of maps, block lists, flow lists and scalars, each on a line of
 * its own. It doubts everything else, and gives undefined: the YAML parser then has the word. It never
 * gives another value than the parser, and knows a small part of what the parser knows, but that in a
 * fiftieth of the time.
 *
 * @param shape how the entries of the file are written
 * @param keys what was seen in entries of the same file
 * @param mergeable what may be merged, by the name of its anchor
 */
export function recogniseEntry(
  text: string,
  shape: Shape,
  keys: KeyMemory = new KeyMemory(),
  mergeable: ReadonlyMap<string, Mergeable> = new Map(),
): RecognisedEntry | undefined {
  const unix = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  if (STRANGE.test(unix)) return undefined;
  const reader = new EntryReader(unix, keys, mergeable);
  if (reader.column !== shape.indent) return undefined;
  return shape.type === "map" ? takePair(reader, shape) : takeItem(reader, shape);
}

function takePair(reader: EntryReader, { indent }: Shape): RecognisedEntry | undefined {
  const id = reader.takeKey();
  if (id === undefined || reader.takeRest() !== "") return undefined;
  const value = reader.takeMap(indent);
  if (value === undefined || reader.column !== -1) return undefined;
  return { id, value, aliased: reader.aliased };
}

function takeItem(reader: EntryReader, { indent }: Shape): RecognisedEntry | undefined {
  const value = reader.takeDash() ? reader.takeMap(indent) : undefined;
  if (value === undefined || reader.column !== -1) return undefined;
  const id = fieldOf(value, "id") ?? fieldOf(value, "name");
  // A number is taken as it is written, which is not known any more.
  if (typeof id !== "string" || id === "") return undefined;
  return { id, value, aliased: reader.aliased };
}

/** Goes through a text line by line, over blank lines and comments. What it takes is undefined in doubt. */
class EntryReader {
  /** The column of the first character in the present line; -1 after the last line. */
  column = -1;
  aliased = 0;
  readonly #text: string;
  readonly #keys: KeyMemory;
  readonly #mergeable: ReadonlyMap<string, Mergeable>;
  /** The latest key inside the entry. */
  #key = "";
  #at = 0;

  constructor(text: string, keys: KeyMemory, mergeable: ReadonlyMap<string, Mergeable>) {
    this.#text = text;
    this.#keys = keys;
    this.#mergeable = mergeable;
    this.#toLine();
  }

  /** Goes over the dash before an item. */
  takeDash(): boolean {
    if (!this.#text.startsWith(DASH_SPACE, this.#at)) return false;
    this.#at += DASH_SPACE.length;
    this.column += DASH_SPACE.length;
    return this.#text.charCodeAt(this.#at) !== SPACE;
  }

  /** The key that stands here, without its colon. */
  takeKey(): string | undefined {
    const start = this.#at;
    if (!isLetter(this.#text.charCodeAt(start))) return undefined;
    let end = start + 1;
    while (isKeyPart(this.#text.charCodeAt(end))) end++;
    if (!this.#isKeyEnd(end)) return undefined;
    this.#at = end + 1;
    const key = this.#text.slice(start, end);
    return (key.length < 6 || key.startsWith("__")) && NO_KEY.test(key) ? undefined : key;
  }

  /** The same for a key inside the entry. */
  #takeInnerKey(): string | undefined {
    const expected = this.#keys.after(this.#key);
    const key = this.#skipKey(expected) ? expected : this.takeKey();
    if (key === undefined) return undefined;
    if (key !== expected) this.#keys.learn(this.#key, key);
    this.#key = key;
    return key;
  }

  /** Goes over this very key, if it stands here. */
  #skipKey(key: string): boolean {
    const end = this.#at + key.length;
    if (key === "" || !this.#text.startsWith(key, this.#at) || !this.#isKeyEnd(end)) return false;
    this.#at = end + 1;
    return true;
  }

  #isKeyEnd(at: number): boolean {
    if (this.#text.charCodeAt(at) !== COLON) return false;
    const after = this.#text.charCodeAt(at + 1);
    return after === SPACE || after === LF || at + 1 >= this.#text.length;
  }

  /** What else stands in this line. Goes to the next. */
  takeRest(): string {
    let start = this.#at;
    while (this.#text.charCodeAt(start) === SPACE) start++;
    const next = this.#text.indexOf("\n", start);
    let end = next === -1 ? this.#text.length : next;
    this.#at = end + 1;
    while (end > start && this.#text.charCodeAt(end - 1) === SPACE) end--;
    this.#toLine();
    return this.#text.slice(start, end);
  }

  /** The map whose keys stand further right than `outer`. */
  takeMap(outer: number): Record<string, unknown> | undefined {
    const { column } = this;
    if (column <= outer || column > MAX_COLUMN) return undefined;
    const map: Record<string, unknown> = {};
    let merged: Mergeable | undefined;
    while (this.column === column) {
      if (this.#text.startsWith(MERGE, this.#at)) {
        if (merged !== undefined) return undefined;
        merged = this.#takeMerged();
        if (merged === undefined) return undefined;
        continue;
      }
      const key = this.#takeInnerKey();
      if (key === undefined || Object.hasOwn(map, key)) return undefined;
      const rest = this.takeRest();
      const value = rest === "" ? this.#takeBelow(column) : recogniseValue(rest);
      if (value === undefined) return undefined;
      map[key] = value;
    }
    // What the map says itself counts, and comes first, wherever the merge stands.
    for (const [key, value] of Object.entries(merged?.fields ?? {})) {
      if (!Object.hasOwn(map, key)) map[key] = value;
    }
    // A line further right would continue the last value; one further left is for the caller.
    return this.column > column ? undefined : map;
  }

  #takeMerged(): Mergeable | undefined {
    this.#at += MERGE.length;
    // A name stands right behind its asterisk.
    if (this.#text.charCodeAt(this.#at) === SPACE) return undefined;
    const merged = this.#mergeable.get(this.takeRest());
    this.aliased += merged?.weight ?? 0;
    return merged;
  }

  /** What stands below a key at `column`: a map, a list, or nothing. */
  #takeBelow(column: number): unknown {
    if (this.column >= column && this.#text.charCodeAt(this.#at) === DASH) return this.#takeList();
    return this.column > column ? this.takeMap(column) : null;
  }

  #takeList(): readonly unknown[] | undefined {
    const { column } = this;
    const list: unknown[] = [];
    while (this.column === column && this.#text.startsWith("- ", this.#at)) {
      this.#at += 2;
      const value = recogniseScalar(this.takeRest());
      if (value === undefined) return undefined;
      list.push(value);
    }
    return list.length === 0 || this.column > column ? undefined : list;
  }

  /** Goes to the first character of the first line from here that has a content. */
  #toLine(): void {
    const { length } = this.#text;
    while (this.#at < length) {
      let first = this.#at;
      while (this.#text.charCodeAt(first) === SPACE) first++;
      const character = this.#text.charCodeAt(first);
      if (character !== LF && character !== HASH && first < length) {
        this.column = first - this.#at;
        this.#at = first;
        return;
      }
      const end = this.#text.indexOf("\n", first);
      this.#at = end === -1 ? length : end + 1;
    }
    this.column = -1;
  }
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

/** Letters, and `-`, `.`, `/` and digits, which follow each other. */
function isKeyPart(code: number): boolean {
  return isLetter(code) || (code >= 0x2d && code <= 0x39);
}

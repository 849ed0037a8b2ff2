import { recogniseScalar, recogniseValue } from "./recognise-value.ts";

/** An entry that was read without a YAML parser. */
export interface RecognisedEntry {
  readonly id: string;
  readonly value: Record<string, unknown>;
}

/** A line that is neither blank nor a comment. */
interface Line {
  readonly column: number;
  /** From its first character to its last, blanks not counted. */
  readonly text: string;
}

/**
 * What may stand in an entry at all: line feeds, printable ASCII, and letters and signs beyond it.
 * No tabs, no other control characters, and no white space or line separators beyond ASCII.
 */
const STRANGE =
  /[^\n\x20-\x7e\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ufefe]/;
const KEY = /^([A-Za-z_][\w./-]*):(?: +|$)/;
/** Words that are no text, and one that is no key to assign to. */
const NO_KEY = /^(?:null|true|false|__proto__)$/i;

/**
 * Reads the plainest of entries: maps of maps, block lists, flow lists and scalars, each on a line of
 * its own. It doubts everything else, and gives undefined: the YAML parser then has the word. It never
 * gives another value than the parser, and knows a small part of what the parser knows, but that in a
 * fiftieth of the time.
 *
 * @param indent the column of the entry's key
 */
export function recogniseEntry(text: string, indent: number): RecognisedEntry | undefined {
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined || first.column !== indent || !first.text.endsWith(":")) return undefined;
  const id = keyOf(first.text);
  if (id === undefined || id.length + 1 !== first.text.length) return undefined;
  const reader = new LineReader(lines);
  const value = reader.readMap(indent);
  return value === undefined || !reader.isAtEnd ? undefined : { id, value };
}

/** Reads maps line by line; each method gives undefined when in doubt. */
class LineReader {
  readonly #lines: readonly Line[];
  #at = 1;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#lines.length;
  }

  /** Reads the map whose keys stand further right than `outer`. */
  readMap(outer: number): Record<string, unknown> | undefined {
    const column = this.#lines[this.#at]?.column ?? 0;
    if (column <= outer) return undefined;
    const map: Record<string, unknown> = {};
    while (this.#lines[this.#at]?.column === column) {
      const { text } = this.#lines[this.#at++]!;
      const key = keyOf(text);
      if (key === undefined || Object.hasOwn(map, key)) return undefined;
      const rest = text.slice(key.length + 1).trimStart();
      const value = rest === "" ? this.#readBelow(column) : recogniseValue(rest);
      if (value === undefined) return undefined;
      map[key] = value;
    }
    // A line further right would continue the last value; one further left is for the caller.
    return (this.#lines[this.#at]?.column ?? 0) > column ? undefined : map;
  }

  /** Reads what stands below a key at `column`: a map, a list, or nothing. */
  #readBelow(column: number): unknown {
    const next = this.#lines[this.#at];
    if (next === undefined) return null;
    if (next.column >= column && next.text.startsWith("-")) return this.#readList(next.column);
    return next.column > column ? this.readMap(column) : null;
  }

  #readList(column: number): readonly unknown[] | undefined {
    const list: unknown[] = [];
    for (; this.#lines[this.#at]?.column === column; this.#at++) {
      const { text } = this.#lines[this.#at]!;
      if (!text.startsWith("- ")) break;
      const value = recogniseScalar(text.slice(2).trimStart());
      if (value === undefined) return undefined;
      list.push(value);
    }
    return (this.#lines[this.#at]?.column ?? 0) > column ? undefined : list;
  }
}

function keyOf(text: string): string | undefined {
  const key = KEY.exec(text)?.[1];
  return key === undefined || NO_KEY.test(key) ? undefined : key;
}

/** The lines that count; none when anything is strange. */
function linesOf(text: string): readonly Line[] {
  const unix = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  if (STRANGE.test(unix)) return [];
  const lines: Line[] = [];
  for (const line of unix.split("\n")) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    lines.push({ column: line.length - line.trimStart().length, text: trimmed });
  }
  return lines;
}

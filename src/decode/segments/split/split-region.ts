import { afterSpaces, isBlank, isDocumentMarker, isSpaceAt, LF, SPACE, TAB } from "./byte-lines.ts";
import { isJsonEnd, isJsonEntry, JsonSplitter } from "./json-region.ts";
import type { RegionShape, Stretch } from "../region.ts";

const [COMMA, DASH, COLON, CLOSE_BRACKET, CLOSE_BRACE] = [44, 45, 58, 93, 125];

/** What a line means to the region that it stands in. */
type LineMeaning = "inside" | "entry" | "end";

/**
 * Says whether a line starts an entry, belongs to the one above it, or is behind the region.
 *
 * An entry starts at every line whose first character stands at the column of the region and can be the
 * start of a key or, in a list, is a dash. This cuts a text into parts that can be read one by one, because
 *
 * - a part that is well-formed by itself leaves the parser where it found it: in a block map or list at this
 *   column. A quote or bracket that is left open makes the part ill-formed, for what goes on in it, as what
 *   goes on in a block scalar or a plain one, stands further right.
 * - any other line is further right, so it belongs to the entry above it. Blank lines and comments do, too,
 *   wherever they stand; and so does what is too far left to be right, which the parser then refuses.
 * - `---` and `...` in the first column end a document whatever they stand in.
 * - what links entries is seen by whoever reads the parts: anchors, aliases, repeated keys.
 *
 * Parts are cut after line feeds only, so that decoding UTF-8 and cutting may change places.
 */
function meaningOf(
  bytes: Uint8Array,
  line: number,
  end: number,
  { type, indent, outer }: RegionShape,
): LineMeaning {
  const first = afterSpaces(bytes, line);
  const column = first - line;
  if (column > indent || isBlank(bytes, first, end)) return "inside";
  if (column === 0 && isDocumentMarker(bytes, line, end)) return "end";
  if (bytes[first] === TAB) return "inside";
  if (column < indent) return column <= outer ? "end" : "inside";
  const isItem = bytes[first] === DASH && isSpaceAt(bytes, first + 1, end);
  if (type === "list") return isItem ? "entry" : indent === outer ? "end" : "inside";
  return isItem || isContinuation(bytes, first, end) ? "inside" : "entry";
}

/** Whether a line at the column of a map goes on with what is above: `: value`, `}`, `]`. */
function isContinuation(bytes: Uint8Array, first: number, end: number): boolean {
  const byte = bytes[first];
  return byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === COMMA ||
    (byte === COLON && isSpaceAt(bytes, first + 1, end));
}

/** Goes through the entries of a region, one at a time. */
class RegionSplitter {
  readonly #bytes: Uint8Array;
  readonly #shape: RegionShape;
  /** Where the next entry starts, unless the region has ended. */
  position: number;
  hasEnded = false;

  /** @param from where the line of an entry starts */
  constructor(bytes: Uint8Array, from: number, shape: RegionShape) {
    this.#bytes = bytes;
    this.position = from;
    this.#shape = shape;
  }

  /** The next entry: to before the line of the one after it, or to the end of the region. */
  next(): Stretch {
    const bytes = this.#bytes;
    const end = bytes.length;
    const { indent } = this.#shape;
    const start = this.position;
    let lines = 0;
    let at = start;
    for (;;) {
      at = bytes.indexOf(LF, at) + 1;
      if (at === 0) break;
      lines++;
      if (at === end) break;
      // Most lines are further right: to see that takes less than to ask what they mean.
      const line = at;
      const column = Math.min(line + indent + 1, end);
      while (at < column && bytes[at] === SPACE) at++;
      if (at > line + indent) continue;
      const meaning = meaningOf(bytes, line, end, this.#shape);
      if (meaning === "inside") continue;
      this.position = line;
      this.hasEnded = meaning === "end";
      return { start, end: line, lines };
    }
    this.position = end;
    this.hasEnded = true;
    return { start, end, lines };
  }
}

/** What goes through the entries of a region from here on. */
export function splitterOf(
  bytes: Uint8Array,
  from: number,
  shape: RegionShape,
): RegionSplitter | JsonSplitter {
  return shape.syntax === "json"
    ? new JsonSplitter(bytes, from)
    : new RegionSplitter(bytes, from, shape);
}

/** Whether the first entry of a region starts here. */
export function isEntryAt(bytes: Uint8Array, at: number, shape: RegionShape): boolean {
  if (shape.syntax === "json") return isJsonEntry(bytes, at, shape);
  return meaningOf(bytes, at, bytes.length, shape) === "entry";
}

/** Whether a region ends here, and would if there were nothing behind it. */
export function isEndAt(bytes: Uint8Array, at: number, shape: RegionShape): boolean {
  if (shape.syntax === "json") return isJsonEnd(bytes, at);
  if (at === bytes.length) return true;
  const isLineStart = at === 0 || bytes[at - 1] === LF;
  return isLineStart && meaningOf(bytes, at, bytes.length, shape) === "end";
}

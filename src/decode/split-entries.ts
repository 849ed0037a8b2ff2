import type { Buffer } from "node:buffer";
import type { Shape } from "./shape.ts";

/** Where one entry stands in a file, in bytes: from its key line to before the next one's. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly lines: number;
}

/** The entries in a stretch of a file. */
export interface Split {
  readonly pieces: readonly Piece[];
  /** Where the stretch ended: at an entry that `isEnd` took, else where the agents end. */
  readonly end: number;
  /** Whether it is the former. */
  readonly joined: boolean;
}

const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];
const [QUOTE, HASH, DASH, COLON, BACKSLASH] = [34, 35, 45, 58, 92];

/**
 * Finds where the entries start, and how they are written, or undefined when the file is not laid out
 * as {@linkcode splitEntries} demands.
 *
 * @param key what they stand below; undefined when they are the whole document
 */
export function findEntries(
  bytes: Buffer,
  key: string | undefined,
): { start: number; shape: Shape } | undefined {
  const from = key === undefined ? 0 : lineBelow(bytes, `${key}:`);
  if (from === undefined) return undefined;
  for (let line = from; line < bytes.length; line = nextLine(bytes, line)) {
    const first = afterSpaces(bytes, line);
    if (isLineEnd(bytes, first) || bytes[first] === HASH) continue;
    const indent = first - line;
    if (isItem(bytes, first)) return { start: line, shape: { key, type: "list", indent } };
    const isInside = indent > 0 || key === undefined;
    if (!isInside || !isKey(bytes, first)) return undefined;
    return { start: line, shape: { key, type: "map", indent } };
  }
  return undefined;
}

/**
 * Splits the lines from `from` on, the first of an entry, into entries: one begins at each line that
 * has a key at exactly the indentation of the shape or, in a list, a dash. Gives undefined at the first
 * line that it cannot place.
 *
 * Each entry then is read below the heading with no other entry. This gives what a parse of the whole
 * file gives, because
 *
 * - a piece that is well-formed by itself leaves the parser where it found it: in a block map or list at
 *   this indentation. A quote or bracket that is left open makes the piece ill-formed; block and plain
 *   scalars want more indentation than a line has at which an entry begins.
 * - any other content line is indented more, so it belongs to the entry above it. A blank line or a
 *   comment belongs to the entry above it too, wherever it stands.
 * - other content in column 0 ends what stands below a heading, be it a `---`, `...` or `%`. Where
 *   there is no heading it cannot be placed.
 * - what links entries across pieces is refused: anchors and aliases by whoever reads the piece,
 *   directives and duplicate ids by whoever puts pieces together.
 *
 * Pieces are cut after line feeds only, so that decoding UTF-8 and cutting may change places.
 *
 * Yields after each entry.
 *
 * @param isEnd whether an entry that starts here is to be left to the next stretch
 */
export function* splitEntries(
  bytes: Buffer,
  from: number,
  shape: Shape,
  isEnd: (start: number) => boolean = () => false,
): Generator<undefined, Split | undefined, undefined> {
  const pieces: Piece[] = [];
  let start = from;
  let lines = 0;
  const close = (end: number): void => {
    if (end > start) pieces.push({ start, end, lines });
    start = end;
    lines = 0;
  };
  const { key, indent } = shape;
  const startsEntry = shape.type === "map" ? isKey : isItem;
  if (afterSpaces(bytes, from) !== from + indent) return undefined;
  if (!startsEntry(bytes, from + indent)) return undefined;
  for (let line = from; line < bytes.length; line = nextLine(bytes, line)) {
    const first = afterSpaces(bytes, line);
    const column = first - line;
    if (column <= indent && !isLineEnd(bytes, first) && bytes[first] !== HASH) {
      if (column < indent || !startsEntry(bytes, first)) {
        const ends = key !== undefined && column === 0 && bytes[first] !== TAB &&
          bytes[first] !== CR;
        if (!ends) return undefined;
        close(line);
        return { pieces, end: line, joined: false };
      }
      close(line);
      yield;
      if (isEnd(line)) return { pieces, end: line, joined: true };
    }
    lines++;
  }
  // The last line has no line break when the file ends without one.
  if (bytes.at(-1) !== LF) lines--;
  close(bytes.length);
  return { pieces, end: bytes.length, joined: false };
}

/** Whether a simple key stands here: plain of the plainest characters, or double-quoted. */
function isKey(bytes: Buffer, at: number): boolean {
  const end = bytes[at] === QUOTE ? afterQuoted(bytes, at) : afterPlain(bytes, at);
  if (end === undefined || bytes[end] !== COLON) return false;
  return bytes[end + 1] === SPACE || isLineEnd(bytes, end + 1);
}

/** Whether a dash, one space, and something stand here: `- x`. */
function isItem(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== DASH || bytes[at + 1] !== SPACE) return false;
  const item = bytes[at + 2];
  const isBlank = item === SPACE || item === TAB || item === CR || isLineEnd(bytes, at + 2);
  return !isBlank && item !== HASH;
}

function afterPlain(bytes: Buffer, at: number): number | undefined {
  let end = at;
  while (isPlain(bytes[end])) end++;
  // A dash first would do in YAML too, but then `---` and `- ` want telling apart.
  return end > at && bytes[at] !== 0x2d ? end : undefined;
}

/** Letters, digits, `_`, `-`, `.`, `/`, and whatever is not ASCII, which UTF-8 writes in bytes from 0x80. */
function isPlain(byte: number | undefined): boolean {
  return byte !== undefined && (byte >= 0x80 || (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x2d && byte <= 0x39) || byte === 0x5f);
}

function afterQuoted(bytes: Buffer, at: number): number | undefined {
  for (let end = at + 1; end < bytes.length && bytes[end] !== LF; end++) {
    if (bytes[end] === BACKSLASH) return undefined;
    if (bytes[end] === QUOTE) return end + 1;
  }
  return undefined;
}

function afterSpaces(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === SPACE) at++;
  return at;
}

/** Whether a line ends here. A CR that no LF follows is no line break. */
function isLineEnd(bytes: Buffer, at: number): boolean {
  return at >= bytes.length || bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);
}

function nextLine(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(LF, from);
  return end === -1 ? bytes.length : end + 1;
}

/** Where the line after a heading starts, undefined when there is none that stands by itself. */
function lineBelow(bytes: Buffer, heading: string): number | undefined {
  const start = headingStart(bytes, heading);
  if (start === undefined) return undefined;
  const at = start + heading.length;
  // Nothing but spaces or a comment: an anchor, a tag or a value of its own is another layout.
  const rest = afterSpaces(bytes, at);
  const isAlone = isLineEnd(bytes, rest) || (bytes[rest] === HASH && rest > at);
  return isAlone ? nextLine(bytes, at) : undefined;
}

/** The first line that starts with a heading, be it the very first, with or without a byte order mark. */
function headingStart(bytes: Buffer, heading: string): number | undefined {
  const first = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (bytes.toString("latin1", first, first + heading.length) === heading) return first;
  const at = bytes.indexOf(`\n${heading}`);
  return at === -1 ? undefined : at + 1;
}

import type { Buffer } from "node:buffer";

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

const HEADING = "agents:";
const [TAB, LF, CR, SPACE, QUOTE, HASH, COLON, BACKSLASH] = [9, 10, 13, 32, 34, 35, 58, 92];

/**
 * Finds the line after `agents:` and the indentation of the entries below it, or undefined when the
 * file is not laid out as {@linkcode splitEntries} demands.
 */
export function findEntries(bytes: Buffer): { start: number; indent: number } | undefined {
  const heading = headingOf(bytes);
  if (heading === undefined) return undefined;
  const at = heading + HEADING.length;
  // Nothing but spaces or a comment: an anchor, a tag or a value of its own is another layout.
  const rest = afterSpaces(bytes, at);
  const ends = isLineEnd(bytes, rest);
  if (!ends && !(bytes[rest] === HASH && rest > at)) return undefined;
  for (let line = nextLine(bytes, at); line < bytes.length; line = nextLine(bytes, line)) {
    const first = afterSpaces(bytes, line);
    if (isLineEnd(bytes, first) || bytes[first] === HASH) continue;
    const indent = first - line;
    return indent > 0 && isKey(bytes, first) ? { start: line, indent } : undefined;
  }
  return undefined;
}

/**
 * Splits the lines from `from` on, a key line, into entries: one begins at each line that has a key
 * at exactly `indent`. Gives undefined at the first line that it cannot place.
 *
 * Each entry then is read as `agents:` with nothing but that entry below it. This gives what a parse
 * of the whole file gives, because
 *
 * - a piece that is well-formed by itself leaves the parser where it found it: in a block map at this
 *   indentation. A quote or bracket that is left open makes the piece ill-formed; block and plain
 *   scalars want more indentation than a key line has.
 * - any other content line is indented more, so it belongs to the entry above it. A blank line or a
 *   comment belongs to the entry above it too, wherever it stands.
 * - a line with content in column 0 ends the agents, and so does any `---`, `...` or `%`.
 * - what links entries across pieces is refused: anchors and aliases by whoever reads the piece,
 *   directives and duplicate ids by whoever puts pieces together.
 *
 * Pieces are cut after line feeds only, so that decoding UTF-8 and cutting may change places.
 *
 * @param isEnd whether an entry that starts here is to be left to the next stretch
 */
export function splitEntries(
  bytes: Buffer,
  from: number,
  indent: number,
  isEnd: (start: number) => boolean = () => false,
): Split | undefined {
  const pieces: Piece[] = [];
  let start = from;
  let lines = 0;
  const close = (end: number): void => {
    if (end > start) pieces.push({ start, end, lines });
    start = end;
    lines = 0;
  };
  if (afterSpaces(bytes, from) !== from + indent || !isKey(bytes, from + indent)) return undefined;
  for (let line = from; line < bytes.length; line = nextLine(bytes, line)) {
    const first = afterSpaces(bytes, line);
    const column = first - line;
    if (column <= indent && !isLineEnd(bytes, first) && bytes[first] !== HASH) {
      if (column === 0 && bytes[first] !== TAB && bytes[first] !== CR) {
        close(line);
        return { pieces, end: line, joined: false };
      }
      if (column < indent || !isKey(bytes, first)) return undefined;
      close(line);
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

/** The first line that starts with `agents:`, be it the very first, with or without a byte order mark. */
function headingOf(bytes: Buffer): number | undefined {
  const first = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  if (bytes.toString("latin1", first, first + HEADING.length) === HEADING) return first;
  const at = bytes.indexOf(`\n${HEADING}`);
  return at === -1 ? undefined : at + 1;
}

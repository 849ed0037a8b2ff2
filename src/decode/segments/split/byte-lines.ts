/** What is needed to go through the lines of a text in UTF-8 without decoding it. */
export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const HASH = 35;

/** Where the text of a file starts: behind its byte order mark. */
export function startOfText(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** Where the next line starts, or the end. */
export function nextLine(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== LF) at++;
  return at < end ? at + 1 : end;
}

/** The first byte of a line that is no space. */
export function afterSpaces(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === SPACE) at++;
  return at;
}

/** Whether nothing but white space, or a comment, stands between here and the end of the line. */
export function isBlank(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    switch (bytes[at]) {
      case LF:
        return true;
      case SPACE:
      case TAB:
      case CR:
        continue;
      case HASH:
        return at === from || isSpace(bytes[at - 1]);
      default:
        return false;
    }
  }
  return true;
}

/** Whether white space, or the end, stands here. */
export function isSpaceAt(bytes: Uint8Array, at: number, end: number): boolean {
  return at >= end || isSpace(bytes[at]);
}

/** Whether `---` or `...` stands at the start of this line: they separate documents, whatever they stand in. */
export function isDocumentMarker(bytes: Uint8Array, line: number, end: number): boolean {
  const byte = bytes[line];
  return (byte === DASH || byte === DOT) && bytes[line + 1] === byte && bytes[line + 2] === byte &&
    isSpaceAt(bytes, line + 3, end);
}

/** How many line feeds there are in a stretch. */
export function countLines(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (bytes[at] === LF) count++;
  return count;
}

/** How many characters stand before an offset in its line. */
export function columnOf(bytes: Uint8Array, offset: number): number {
  const lineStart = offset === 0 ? 0 : bytes.lastIndexOf(LF, offset - 1) + 1;
  return new TextDecoder().decode(bytes.subarray(lineStart, offset)).length;
}

const [DASH, DOT] = [45, 46];

/** Whether a byte is white space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LF || byte === TAB || byte === CR;
}

/** What bytes say as text, or where and why they are none. */
export type DecodedText =
  | { readonly text: string }
  | { readonly text: string; readonly offset: number; readonly problem: string };

const fromStart = new TextDecoder();
const fromWithin = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads bytes as UTF-8. When they are not UTF-8, or hold NUL, the text comes with U+FFFD in place of what is
 * wrong, and the offset of the first such place.
 *
 * @param isStart whether they are the start of a file, which may have a byte order mark
 */
export function decodeText(bytes: Uint8Array, isStart = true): DecodedText {
  const text = (isStart ? fromStart : fromWithin).decode(bytes);
  // Without U+FFFD nothing was wrong: a strict decoder takes longer to say so.
  if (!text.includes("\ufffd") || isUtf8(bytes)) return withoutNul(text);
  const [first, second] = bytes;
  const utf16 = isStart &&
    ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff));
  const problem = utf16
    ? "The file is UTF-16, not UTF-8: save it with the encoding UTF-8"
    : "The bytes here are not UTF-8: save the file with the encoding UTF-8";
  return { text, offset: utf16 ? 0 : invalidAt(bytes), problem };
}

/**
 * Whether a carriage return stands by itself: in YAML it ends a line, and whoever looks for line feeds only
 * misses that.
 */
export function hasLoneReturn(text: string): boolean {
  return text.includes("\r") && /\r(?!\n)/.test(text);
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function withoutNul(text: string): DecodedText {
  const offset = text.indexOf("\0");
  if (offset === -1) return { text };
  return { text, offset, problem: "A NUL character stands here: this is not a text file" };
}

/** The offset, in the text, of the first byte sequence that is not UTF-8. */
function invalidAt(bytes: Uint8Array): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (prefixOf(bytes, middle) === undefined) high = middle - 1;
    else low = middle;
  }
  return prefixOf(bytes, low)?.length ?? 0;
}

/** The text of the first bytes, a character that is cut off at their end not counted. */
function prefixOf(bytes: Uint8Array, length: number): string | undefined {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    return decoder.decode(bytes.subarray(0, length), { stream: true });
  } catch {
    return undefined;
  }
}

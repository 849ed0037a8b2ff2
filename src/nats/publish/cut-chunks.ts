/** No chunk but the last of a text is smaller than this, in bytes. */
const LEAST_BYTES = 4 * 1024;
/** The largest chunk, in bytes: a payload is at most 1 MiB on a server of default settings. */
export const MOST_BYTES: number = 512 * 1024;
/** A cut is made where this many leading bits are zero: every 16 KiB on average. */
const ZERO_BITS = 14;
/** How many bytes before it decide on a cut: so many that in a list of like entries they differ. */
const WINDOW_BYTES = 128;
const FACTOR = 0x01000193;
/** What a byte counts for when it leaves the window: `FACTOR` to the power of `WINDOW_BYTES`. */
const LEAVING = 0xf049d201;
/** Spreads what the bytes make of the hash over its leading bits. */
const SPREAD = 0x9e3779b1;

/**
 * Cuts a text where its own bytes say so (content-defined chunking by a rolling hash): an insertion moves
 * the cuts behind it along with the text, and all other chunks stay what they were.
 *
 * @returns views of the text, none of them empty
 */
export function cutChunks(bytes: Uint8Array, mostBytes: number = MOST_BYTES): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = nextCut(bytes, start, Math.min(start + mostBytes, bytes.length));
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

function nextCut(bytes: Uint8Array, start: number, last: number): number {
  const first = start + LEAST_BYTES;
  if (first >= last) return last;
  let hash = 0;
  for (let at = first - WINDOW_BYTES; at < first; at++) {
    hash = Math.imul(hash, FACTOR) + bytes[at]! | 0;
  }
  for (let at = first; at < last; at++) {
    if (Math.imul(hash, SPREAD) >>> (32 - ZERO_BITS) === 0) return at;
    const left = Math.imul(bytes[at - WINDOW_BYTES]!, LEAVING);
    hash = Math.imul(hash, FACTOR) + bytes[at]! - left | 0;
  }
  return last;
}

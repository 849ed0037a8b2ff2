/** How much is compared at once, in bytes, and how little makes a native comparison pay. */
const [BLOCK, LEAST] = [256 * 1024, 16];

/** Whether two byte arrays are equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || equals(a, b);
}

/** How many bytes two arrays have in common at their start. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  if (a === b) return a.length;
  const [x, y] = [asBuffer(a), asBuffer(b)];
  const limit = Math.min(x.length, y.length);
  let length = inCommon(limit, (from, to) => equals(x.subarray(from, to), y.subarray(from, to)));
  while (length < limit && x[length] === y[length]) length++;
  return length;
}

/** How many bytes two arrays have in common at their end, at most `most`. */
export function commonSuffix(a: Uint8Array, b: Uint8Array, most: number): number {
  const [x, y] = [asBuffer(a), asBuffer(b)];
  const limit = Math.min(most, x.length, y.length);
  const before = (bytes: Uint8Array, from: number, to: number): Uint8Array =>
    bytes.subarray(bytes.length - to, bytes.length - from);
  let length = inCommon(limit, (from, to) => equals(before(x, from, to), before(y, from, to)));
  while (length < limit && x[x.length - 1 - length] === y[y.length - 1 - length]) length++;
  return length;
}

/**
 * How much is in common, but for less than `LEAST`: block by block up to the difference, then half by half
 * towards it.
 */
function inCommon(limit: number, isSame: (from: number, to: number) => boolean): number {
  let length = 0;
  while (length + BLOCK <= limit && isSame(length, length + BLOCK)) length += BLOCK;
  // What is left to find is always less than twice the size.
  for (let size = BLOCK / 2; size >= LEAST; size /= 2) {
    if (length + size <= limit && isSame(length, length + size)) length += size;
  }
  return length;
}

/** `Buffer` where there is one: not in a browser. */
interface NativeBytes {
  from(memory: ArrayBufferLike, offset: number, length: number): NativeBuffer;
  isBuffer(bytes: Uint8Array): bytes is NativeBuffer;
}

interface NativeBuffer extends Uint8Array {
  equals(other: Uint8Array): boolean;
}

/** The same bytes with the native comparison of `Buffer`, where there is one; nothing is copied. */
export function asBuffer(bytes: Uint8Array): Uint8Array {
  const { Buffer } = globalThis as { readonly Buffer?: NativeBytes };
  if (Buffer === undefined || Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function equals(a: Uint8Array, b: Uint8Array): boolean {
  const x = asBuffer(a);
  if ("equals" in x) return (x as NativeBuffer).equals(b);
  if (x.length !== b.length) return false;
  for (let at = 0; at < b.length; at++) if (x[at] !== b[at]) return false;
  return true;
}

import { Buffer } from "node:buffer";

/** How much is compared at once, in bytes, and how little makes a native comparison pay. */
const [BLOCK, LEAST] = [256 * 1024, 16];

/** The same bytes with the native comparison and search of `Buffer`; nothing is copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether two byte arrays are equal. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || asBuffer(a).equals(b);
}

/** Whether two byte arrays show the same memory in part. */
export function overlap(a: Uint8Array, b: Uint8Array): boolean {
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength;
}

/** How many bytes two arrays have in common at their start. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  const [x, y] = [asBuffer(a), asBuffer(b)];
  const limit = Math.min(x.length, y.length);
  let length = inCommon(limit, (from, to) => x.subarray(from, to).equals(y.subarray(from, to)));
  while (length < limit && x[length] === y[length]) length++;
  return length;
}

/** How many bytes two arrays have in common at their end, at most `most`. */
export function commonSuffix(a: Uint8Array, b: Uint8Array, most: number): number {
  const [x, y] = [asBuffer(a), asBuffer(b)];
  const limit = Math.min(most, x.length, y.length);
  const before = (bytes: Buffer, from: number, to: number): Buffer =>
    bytes.subarray(bytes.length - to, bytes.length - from);
  let length = inCommon(limit, (from, to) => before(x, from, to).equals(before(y, from, to)));
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

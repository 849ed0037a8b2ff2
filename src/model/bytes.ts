import { Buffer } from "node:buffer";

/**
 * How much is compared at a time, in bytes: as much as makes the native comparison pay, then less and
 * less, where the difference is.
 */
const PIECES = [256 * 1024, 8 * 1024, 256, 16];

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

/** How many bytes two arrays have in common at their start. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  const [x, y] = [asBuffer(a), asBuffer(b)];
  const limit = Math.min(x.length, y.length);
  let at = 0;
  for (const size of PIECES) {
    while (at + size <= limit && x.subarray(at, at + size).equals(y.subarray(at, at + size))) {
      at += size;
    }
  }
  while (at < limit && x[at] === y[at]) at++;
  return at;
}

/** How many bytes two arrays have in common at their end, at most `most`. */
export function commonSuffix(a: Uint8Array, b: Uint8Array, most: number): number {
  const [x, y] = [asBuffer(a), asBuffer(b)];
  const limit = Math.min(most, x.length, y.length);
  const before = (bytes: Buffer, length: number, size: number): Buffer =>
    bytes.subarray(bytes.length - length - size, bytes.length - length);
  let length = 0;
  for (const size of PIECES) {
    while (length + size <= limit && before(x, length, size).equals(before(y, length, size))) {
      length += size;
    }
  }
  while (length < limit && x[x.length - 1 - length] === y[y.length - 1 - length]) length++;
  return length;
}

import { Buffer } from "node:buffer";

/** How much is compared at a time, in bytes: enough for the native comparison to pay. */
const PIECE = 64 * 1024;

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
  while (at < limit) {
    const end = Math.min(at + PIECE, limit);
    if (!x.subarray(at, end).equals(y.subarray(at, end))) break;
    at = end;
  }
  const end = Math.min(at + PIECE, limit);
  while (at < end && x[at] === y[at]) at++;
  return at;
}

/** How many bytes two arrays have in common at their end, at most `limit`. */
export function commonSuffix(a: Uint8Array, b: Uint8Array, limit: number): number {
  const [x, y] = [asBuffer(a), asBuffer(b)];
  const piece = (bytes: Buffer, from: number, to: number): Buffer =>
    bytes.subarray(bytes.length - to, bytes.length - from);
  let length = 0;
  while (length < limit) {
    const end = Math.min(length + PIECE, limit);
    if (!piece(x, length, end).equals(piece(y, length, end))) break;
    length = end;
  }
  const end = Math.min(length + PIECE, limit);
  while (length < end && x[x.length - 1 - length] === y[y.length - 1 - length]) length++;
  return length;
}

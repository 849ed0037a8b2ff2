import { Buffer } from "node:buffer";

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];

/**
 * Whether a content looks like the beginning of one that is still being written: it ends inside a line
 * that the content before it goes on with, or it is shorter and has lost the line break at its end.
 */
export function isCutShort(content: Uint8Array, before: Uint8Array | undefined): boolean {
  if (before === undefined || content.at(-1) === LINE_FEED) return false;
  const [now, last] = [bufferOf(content), bufferOf(before)];
  if (now.length < last.length && last.at(-1) === LINE_FEED) return true;
  // With the line break before it, except in the first line.
  const line = now.subarray(Math.max(0, now.lastIndexOf(LINE_FEED)));
  if (line.length === 0 || last.subarray(-line.length).equals(line)) return false;
  const start = line[0] === LINE_FEED ? last.indexOf(line) : last.indexOf(line) === 0 ? 0 : -1;
  const next = start < 0 ? undefined : last[start + line.length];
  return next !== undefined && next !== LINE_FEED && next !== CARRIAGE_RETURN;
}

/** The same memory, with the search of `Buffer`. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

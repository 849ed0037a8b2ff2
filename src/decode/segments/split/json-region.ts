import { isSamePath, type RegionShape, type Stretch } from "../region.ts";
import { countLines, isSpace, LF } from "./byte-lines.ts";
import type { FoundRegion } from "./find-region.ts";

const [QUOTE, STAR, COMMA, SLASH] = [34, 42, 44, 47];
const [OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [91, 92, 93, 123, 125];

/**
 * The index after a text or comment that starts here; the next index for anything else. What is malformed
 * need not be seen: all that is told apart here is parsed afterwards, piece by piece.
 */
function afterToken(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === QUOTE) {
    let end = at + 1;
    while (end < bytes.length && bytes[end] !== QUOTE && bytes[end] !== LF) {
      end += bytes[end] === BACKSLASH ? 2 : 1;
    }
    return end + 1;
  }
  if (byte !== SLASH) return at + 1;
  let end = at + 2;
  if (bytes[at + 1] === SLASH) { while (end < bytes.length && bytes[end] !== LF) end++; }
  if (bytes[at + 1] === STAR) {
    while (end < bytes.length && (bytes[end] !== STAR || bytes[end + 1] !== SLASH)) end++;
    end += 2;
  }
  return end;
}

function isOpening(byte: number | undefined): boolean {
  return byte === OPEN_MAP || byte === OPEN_LIST;
}

function isClosing(byte: number | undefined): boolean {
  return byte === CLOSE_MAP || byte === CLOSE_LIST;
}

/** Finds the objects and arrays at some paths of a JSON text. */
export class JsonRegionFinder {
  readonly #bytes: Uint8Array;
  readonly #paths: readonly (readonly string[])[];
  /** Where the last text stands in each object and array that is open: its key, unless it is an array. */
  readonly #open: (number | undefined)[] = [];

  constructor(bytes: Uint8Array, paths: readonly (readonly string[])[]) {
    this.#bytes = bytes;
    this.#paths = paths;
  }

  next(from: number): FoundRegion | undefined {
    const bytes = this.#bytes;
    for (let at = from; at < bytes.length;) {
      const next = afterToken(bytes, at);
      const byte = bytes[at];
      if (byte === QUOTE && this.#open.length > 0) {
        this.#open[this.#open.length - 1] = at;
      } else if (isClosing(byte)) this.#open.pop();
      else if (isOpening(byte)) {
        const tokens = this.#tokens();
        this.#open.push(undefined);
        if (tokens !== undefined) {
          const type = byte === OPEN_MAP ? "map" : "list";
          return { shape: { syntax: "json", tokens, type, indent: 0, outer: 0 }, start: next };
        }
      }
      at = next;
    }
    return undefined;
  }

  /** The keys that lead to the present place, when it is one of those that are looked for. */
  #tokens(): readonly string[] | undefined {
    if (this.#paths.every(({ length }) => length !== this.#open.length)) return undefined;
    const tokens = this.#open.map((at) =>
      at === undefined ? undefined : textAt(this.#bytes, at, afterToken(this.#bytes, at))
    ) as string[];
    return this.#paths.find((path) => isSamePath(path, tokens));
  }
}

/** A key as it is meant. */
function textAt(bytes: Uint8Array, start: number, end: number): string | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))) as string;
  } catch {
    return undefined;
  }
}

/** Whether a bracket that closes the region stands here. */
export function isJsonEnd(bytes: Uint8Array, at: number): boolean {
  return isClosing(bytes[at]);
}

/** Whether the first entry of a region stands behind its bracket. */
export function isJsonEntry(bytes: Uint8Array, at: number, { type }: RegionShape): boolean {
  const first = nextEntry(bytes, at);
  return first !== undefined && (type === "list" || bytes[first] === QUOTE);
}

/** Where the next entry starts; undefined for the end. */
function nextEntry(bytes: Uint8Array, from: number): number | undefined {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at >= bytes.length || isClosing(bytes[at]) ? undefined : at;
}

/**
 * Goes through the entries of a JSON object or array, one at a time. One ends behind its comma, the last one
 * before the bracket. What follows a comma and is no entry is not told apart: whoever reads such a stretch sees
 * that it is not one entry.
 */
export class JsonSplitter {
  readonly #bytes: Uint8Array;
  position: number;
  hasEnded = false;

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.position = from;
  }

  next(): Stretch {
    const bytes = this.#bytes;
    const start = this.position;
    let [at, depth, lines] = [start, 0, 0];
    for (; at < bytes.length;) {
      const byte = bytes[at];
      if (byte === LF) lines++;
      else if (isOpening(byte)) depth++;
      else if (isClosing(byte) && depth-- === 0) break;
      else if (byte === COMMA && depth === 0 && nextEntry(bytes, at + 1) !== undefined) {
        this.position = at + 1;
        return { start, end: at + 1, lines };
      }
      const next = afterToken(bytes, at);
      if (byte === SLASH) lines += countLines(bytes, at + 1, next);
      at = next;
    }
    this.position = Math.min(at, bytes.length);
    this.hasEnded = true;
    return { start, end: this.position, lines };
  }
}

import { afterSpaces, HASH, isBlank, isDocumentMarker, isSpaceAt, nextLine } from "./byte-lines.ts";
import type { RegionShape } from "../region.ts";

/** A place that looks like the start of a region. */
export interface FoundRegion {
  readonly shape: RegionShape;
  /** Where the line of its first entry starts. */
  readonly start: number;
}

const [DOUBLE_QUOTE, SINGLE_QUOTE, DASH, COLON, PERCENT] = [34, 39, 45, 58, 37];
/** What a plain key may not start with. */
const INDICATORS: ReadonlySet<number> = new Set(
  [..."-?:,[]{}#&*!|>'\"%@`"].map((c) => c.charCodeAt(0)),
);

/**
 * Goes through the lines around the agents, looking for the keys below which they stand. What it finds is
 * a guess: whoever parses the lines around puts something in place of the entries, and sees whether it
 * comes out in that place.
 */
export class RegionFinder {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  readonly #paths: readonly (readonly string[])[];
  /** The keys that the present line stands below, each with its column. */
  readonly #open: { readonly indent: number; readonly key: string | undefined }[] = [];

  /** @param paths where agents stand, without `*` */
  constructor(
    bytes: Uint8Array,
    start: number,
    end: number,
    paths: readonly (readonly string[])[],
  ) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#paths = paths;
  }

  /**
   * The next region from a line on; undefined when there is none, and `"several"` when the text goes on
   * with another document, or has directives.
   */
  next(from: number): FoundRegion | "several" | undefined {
    const bytes = this.#bytes;
    let hasContent = false;
    let hasStart = false;
    for (let line = from; line < this.#end; line = nextLine(bytes, line, this.#end)) {
      const first = afterSpaces(bytes, line);
      if (isBlank(bytes, first, this.#end)) continue;
      const indent = first - line;
      if (indent === 0 && isDocumentMarker(bytes, line, this.#end)) {
        const isStart = bytes[line] === DASH && !hasStart && !hasContent && from === this.#start &&
          isBlank(bytes, line + 3, this.#end);
        if (!isStart) return "several";
        hasStart = true;
        continue;
      }
      if (indent === 0 && bytes[first] === PERCENT) return "several";
      if (
        !hasContent && this.#open.length === 0 && this.#paths.some(({ length }) => length === 0)
      ) {
        return this.#regionAt([], -1, line, first);
      }
      hasContent = true;
      const found = this.#below(line, first);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The region below the key of this line, if it is one that is looked for. */
  #below(line: number, first: number): FoundRegion | undefined {
    const indent = first - line;
    while ((this.#open.at(-1)?.indent ?? -1) >= indent) this.#open.pop();
    const key = this.#keyAt(first);
    this.#open.push({ indent, key });
    if (key === undefined) return undefined;
    const keys = this.#open.map((one) => one.key);
    const isMeant = this.#paths.some((path) =>
      path.length === keys.length && path.every((token, at) => token === keys[at])
    );
    if (!isMeant) return undefined;
    let below = nextLine(this.#bytes, line, this.#end);
    while (below < this.#end) {
      const content = afterSpaces(this.#bytes, below);
      if (!isBlank(this.#bytes, content, this.#end)) {
        return this.#regionAt(keys as string[], indent, below, content);
      }
      below = nextLine(this.#bytes, below, this.#end);
    }
    return undefined;
  }

  /** The region whose first entry stands in this line, if one can. */
  #regionAt(
    tokens: readonly string[],
    outer: number,
    line: number,
    first: number,
  ): FoundRegion | undefined {
    const bytes = this.#bytes;
    const indent = first - line;
    const isItem = bytes[first] === DASH && isSpaceAt(bytes, first + 1, this.#end);
    if (isItem && indent >= outer) {
      return { shape: { syntax: "yaml", tokens, type: "list", indent, outer }, start: line };
    }
    if (indent <= outer || isItem) return undefined;
    return { shape: { syntax: "yaml", tokens, type: "map", indent, outer }, start: line };
  }

  /** The key of a line that holds nothing else, or undefined. */
  #keyAt(first: number): string | undefined {
    const bytes = this.#bytes;
    const quote = bytes[first];
    let colon: number;
    if (quote === DOUBLE_QUOTE || quote === SINGLE_QUOTE) {
      let close = first + 1;
      while (close < this.#end && bytes[close] !== quote && bytes[close] !== 10) close++;
      colon = afterSpaces(bytes, close + 1);
    } else {
      if (INDICATORS.has(quote ?? 0)) return undefined;
      colon = first;
      while (colon < this.#end && bytes[colon] !== 10) {
        if (bytes[colon] === COLON && isSpaceAt(bytes, colon + 1, this.#end)) break;
        if (bytes[colon] === HASH && isSpaceAt(bytes, colon - 1, this.#end)) return undefined;
        colon++;
      }
    }
    if (bytes[colon] !== COLON || !isBlank(bytes, colon + 1, this.#end)) return undefined;
    const text = new TextDecoder().decode(bytes.subarray(first, colon)).trim();
    if (quote === DOUBLE_QUOTE || quote === SINGLE_QUOTE) {
      return /[\\]|''/.test(text) ? undefined : text.slice(1, -1);
    }
    return text;
  }
}

import { decodeText } from "../parse/decode-text.ts";
import { countLines } from "./byte-lines.ts";
import type { RegionShape } from "./region.ts";

/** A part of an outline's text. */
interface Piece {
  /** Where it is in the bytes of the file. */
  readonly start: number;
  readonly end: number;
  /** How many line breaks stand before it in the file. */
  readonly line: number;
  /** Where it is in the text of the outline. */
  readonly offset: number;
}

/** A region that has something in place of its entries in an outline. */
export interface LeftOut {
  readonly shape: RegionShape;
  readonly start: number;
  readonly end: number;
  /** How many line breaks are in it. */
  readonly lines: number;
}

/**
 * What a document says around its entries, or all of it where they are not told apart: the text that is
 * parsed in one piece. Each region has one placeholder in it: that it comes out as the one entry in that
 * place proves that any well-formed entries would.
 */
export interface Outline {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Where the placeholder of each region starts in the text. */
  readonly placeholders: readonly number[];
  /** How many line breaks stand before each region. */
  readonly lines: readonly number[];
  /** Why the text is none, and where. */
  readonly problem?: { readonly offset: number; readonly message: string };
}

const PLACEHOLDER = { map: "x: 0\n", list: "- x\n" };

/**
 * Takes a document without the entries of its regions.
 *
 * @param line how many line breaks stand before the document
 */
export function outlineOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: number,
  regions: readonly LeftOut[],
): Outline {
  const pieces: Piece[] = [];
  const placeholders: number[] = [];
  const lines: number[] = [];
  let text = "";
  let problem: Outline["problem"];
  let [from, before] = [start, line];
  const take = (to: number): void => {
    const decoded = decodeText(bytes.subarray(from, to), from === 0);
    if ("problem" in decoded) {
      problem ??= { offset: text.length + decoded.offset, message: decoded.problem };
    }
    pieces.push({ start: from, end: to, line: before, offset: text.length });
    text += decoded.text;
    before += regions.length === 0 ? 0 : countLines(bytes, from, to);
  };
  for (const region of regions) {
    take(region.start);
    placeholders.push(text.length + region.shape.indent);
    lines.push(before);
    text += " ".repeat(region.shape.indent) + PLACEHOLDER[region.shape.type];
    before += region.lines;
    from = region.end;
  }
  take(end);
  return { text, pieces, placeholders, lines, ...(problem === undefined ? {} : { problem }) };
}

/** The part of the file that an offset in the text of an outline is in, and the offset in that part. */
export function placeInOutline(
  { pieces }: Outline,
  offset: number,
): Piece & { readonly inside: number } {
  const piece = pieces.findLast((one) => one.offset <= offset) ?? pieces[0]!;
  return { ...piece, inside: offset - piece.offset };
}

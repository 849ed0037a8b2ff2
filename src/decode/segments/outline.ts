import { decodeText } from "../parse/decode-text.ts";
import type { Anchors } from "../tree/inspect-tree.ts";
import type { ParsedDocument } from "../parse/parsed-document.ts";
import { movedPlace, type Place } from "./region.ts";
import type { SplitRegion } from "./split/split-document.ts";

/** A part of an outline's text. */
interface Piece extends Place {
  /** Where it is in the text of the outline. */
  readonly offset: number;
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
  /** Why the text is none, and where. */
  readonly problem?: { readonly offset: number; readonly message: string };
}

/** What stands in place of the entries, and at which of its characters the entry starts. */
const PLACEHOLDERS = {
  yaml: { map: ["x: 0\n", 0], list: ["- x\n", 2] },
  json: { map: ['"x": 0', 0], list: ["0", 0] },
} as const;

/** The outline of a part of a file without the entries of some regions, which stand in this order. */
export function outlineOf<A>(
  bytes: Uint8Array,
  range: Place,
  regions: readonly SplitRegion<A>[],
): Outline {
  const pieces: Piece[] = [];
  const placeholders: number[] = [];
  let text = "";
  let problem: Outline["problem"];
  let [from, line] = [range.start, range.line];
  const take = (to: number): void => {
    const decoded = decodeText(bytes.subarray(from, to), from === 0);
    if ("problem" in decoded) {
      problem ??= { offset: text.length + decoded.offset, message: decoded.problem };
    }
    pieces.push({ start: from, end: to, line, offset: text.length });
    text += decoded.text;
  };
  for (const { shape, place, lines } of regions) {
    take(place.start);
    const [placeholder, at] = PLACEHOLDERS[shape.syntax][shape.type];
    text += " ".repeat(shape.indent);
    placeholders.push(text.length + at);
    text += placeholder;
    [from, line] = [place.end, place.line + lines];
  }
  take(range.end);
  return { text, pieces, placeholders, ...(problem === undefined ? {} : { problem }) };
}

/** An outline whose document stands somewhere else now. */
export function movedOutline(outline: Outline, bytes: number, lines: number): Outline {
  const pieces = outline.pieces.map((piece) => movedPlace(piece, bytes, lines));
  return { ...outline, pieces };
}

/** The part of the file that an offset in the text of an outline is in, its text, and the offset in that. */
export function placeInOutline(
  { text, pieces }: Outline,
  offset: number,
): Piece & { readonly text: string; readonly inside: number } {
  const at = Math.max(0, pieces.findLastIndex((one) => one.offset <= offset));
  const piece = pieces[at]!;
  const inside = offset - piece.offset;
  return { ...piece, text: text.slice(piece.offset, pieces[at + 1]?.offset), inside };
}

/** The anchors that entries of a region may refer to: those that stand before it. */
export function outerAnchorsOf(
  { anchors = NO_ANCHORS }: ParsedDocument,
  { pieces }: Outline,
  start: number,
): Anchors {
  if (anchors.size === 0) return NO_ANCHORS;
  const behind = pieces.find((piece) => piece.start > start)?.offset ?? Infinity;
  return new Map([...anchors].filter(([, { tree, index }]) => tree.startOf(index, 0) < behind));
}

const NO_ANCHORS: Anchors = new Map();

import type { Finding, FindingText, LocatedFinding } from "../report/finding.ts";
import type { Position } from "../report/line-index.ts";
import { LineWindow } from "../report/line-window.ts";
import type { DecodedFile, TakenApart } from "../segments/decoded-file.ts";
import type { Place } from "../segments/region.ts";
import { type PlacedSegment, pointerOf } from "./file-segments.ts";
import { placeInOutline } from "../segments/outline.ts";

/** A finding with its place in a file, for sorting. */
export interface PlacedFinding {
  readonly located: LocatedFinding;
  /** Where its text starts, in bytes. */
  readonly start: number;
}

/** Says where findings about a file stand. Nothing is decoded before a line is asked for. */
export class FindingLocator<A> {
  readonly #file: DecodedFile<A>;
  /** The latest place that was asked for, and its text. */
  #place: Place | undefined;
  #text: FindingText | undefined;
  /** The latest lines that were looked at. */
  #window: LineWindow | undefined;

  constructor(file: DecodedFile<A>) {
    this.#file = file;
  }

  /** A finding about a part of the file. */
  at(finding: Finding, place: Place): PlacedFinding {
    return { located: [finding, this.#textAt(place)], start: place.start };
  }

  /** A finding about what a document says around its entries. */
  around(finding: Finding, { outline }: TakenApart<unknown>): PlacedFinding {
    const piece = placeInOutline(outline, finding.offset);
    const text = this.#textAt(piece);
    const other = (offset: number): Position => {
      const place = placeInOutline(outline, offset);
      return this.#textAt(place).lines.positionAt(place.inside);
    };
    const { first } = finding;
    const placed = { ...finding, offset: piece.inside };
    if (typeof first !== "number") return { located: [placed, text], start: piece.start };
    // What is repeated may stand in another part.
    return {
      located: [{ ...placed, first: { line: () => other(first).line } }, text],
      start: piece.start,
    };
  }

  /** A finding about a segment; its offset and pointer count from that. */
  in(finding: Finding, placed: PlacedSegment<A>): PlacedFinding {
    const { id } = placed.segment;
    const pointer = finding.pointer === undefined
      ? {}
      : { pointer: pointerOf(placed) + finding.pointer };
    const about = id === undefined ? { unnamed: true as const } : { agent: id };
    return this.at({ ...finding, ...pointer, ...finding.unnamed ? {} : about }, placed);
  }

  #textAt(place: Place): FindingText {
    const { path, bytes } = this.#file;
    const { start, end, line } = place;
    // What is wrong with one entry comes in a row.
    if (start === this.#place?.start && end === this.#place.end) return this.#text!;
    let lines: LineWindow | undefined;
    const look = (): LineWindow =>
      this.#window = new LineWindow(bytes, start, end, line, this.#window);
    const text: FindingText = {
      path,
      get lines() {
        return lines ??= look();
      },
    };
    this.#place = place;
    return this.#text = text;
  }
}

/** Findings in the order of their file. */
export function inFileOrder(findings: readonly PlacedFinding[]): readonly LocatedFinding[] {
  return findings
    .toSorted((a, b) => a.start - b.start || a.located[0].offset - b.located[0].offset)
    .map(({ located }) => located);
}

import type { Layout } from "../layout.ts";
import type { Anchors } from "../tree/inspect-tree.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import { LineIndex } from "../report/line-index.ts";
import type { AgentValidator } from "../validate/agent-validator.ts";
import type { References } from "../validate/cross-check.ts";
import { columnOf, countLines } from "./split/byte-lines.ts";
import {
  type DecodedFile,
  decodedFile,
  type DocumentFinding,
  type FilePart,
  type TakenApart,
} from "./decoded-file.ts";
import { outerAnchorsOf, placeInOutline } from "./outline.ts";
import type { DocumentPlan, RegionPlan } from "./plan-document.ts";
import { isText } from "./file-text.ts";
import type { FilePlan } from "./plan-file.ts";
import type { IssueBudget } from "./issue-budget.ts";
import { readWholeMember } from "./read-member.ts";
import { readStretches } from "./read-stretches.ts";
import type { Region, Stretch } from "./region.ts";
import type { Segment } from "./segment.ts";
import { type Replacement, SegmentList } from "./segment-list.ts";
import type { SplitRegion } from "./split/split-document.ts";

/** By what entries are validated. */
export interface ReadOptions {
  readonly layout: Layout;
  readonly validator: AgentValidator;
  readonly references: References;
  /** The agents that are in service. */
  readonly served: ReadonlyMap<string, unknown>;
  readonly budget: IssueBudget;
}

/** A file that was read, and how its entries differ from the known ones, if it was compared with these. */
export interface ReadFile<A> {
  readonly file: DecodedFile<A>;
  readonly replaced: Replaced<A> | undefined;
}

/** How the entries of a file differ from those that were known. */
export interface Replaced<A> {
  readonly known: DecodedFile<A>;
  readonly replacements: readonly Replacement<A>[];
}

/** After how many entries it pauses. */
const STEP = 16;
const NONE: Anchors = new Map();

/**
 * Reads and validates the entries of a planned file; those that are known are not read again. Gives undefined
 * when they cannot be told apart, though it seemed so: the file is then to be planned as a whole.
 */
export function* readFile<A extends object>(
  plan: FilePlan<A>,
  known: DecodedFile<A> | undefined,
  options: ReadOptions,
): ParseSteps<ReadFile<A> | undefined> {
  const { path, bytes } = plan;
  const parts: FilePart<TakenApart<Region<A>>>[] = [];
  const { left } = options.budget;
  const reader = new EntryReader<A>(plan, options);
  const gone = new Set(known?.regions);
  for (const part of plan.parts) {
    const documents: TakenApart<Region<A>>[] = [];
    for (const document of part.documents) {
      for (const region of document.regions) {
        if (region.type !== "whole" && region.before !== undefined) gone.delete(region.before);
      }
      const regions = yield* reader.read(document);
      if (regions === undefined) return undefined;
      // Trees take many times what the text takes, and nobody asks for one of a document as a whole again.
      const parsed = regions.some(({ shape }) => shape !== undefined)
        ? document.parsed
        : { ...document.parsed, root: undefined, anchors: NONE };
      documents.push({ ...document, parsed, regions });
    }
    parts.push({ ...part, documents });
    yield;
  }
  const { refusals, replacements } = reader;
  for (const { segments } of gone) {
    replacements.push({ from: 0, removed: [...segments], added: [] });
  }
  // What is no text at all is told before what is no YAML; what is left open may reach into the next document.
  const isToldByWhole = refusals.length > 0 &&
    (plan.parts.length > 1 || !(yield* isText(bytes)));
  if (isToldByWhole) return undefined;
  const { budget } = options;
  const isBrief = budget.isOver || budget.left < Math.min(left, 0);
  const { validator } = options;
  const file = decodedFile<A>({ path, bytes, validator, isBrief }, { parts, refusals });
  return { file, replaced: known && { known, replacements } };
}

/** Reads the entries of a file, document by document. */
class EntryReader<A extends object> {
  readonly refusals: DocumentFinding[] = [];
  readonly replacements: Replacement<A>[] = [];
  readonly #file: FilePlan<A>;
  readonly #options: ReadOptions;
  /** The lines that were looked at last: those of a file whose documents are not told apart. */
  #lines = new LineIndex("");

  constructor(file: FilePlan<A>, options: ReadOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Gives undefined when the entries cannot be told apart. */
  *read(document: DocumentPlan<A>): ParseSteps<readonly Region<A>[] | undefined> {
    const regions: Region<A>[] = [];
    for (const region of document.regions) {
      const read = region.type === "known"
        ? region.region
        : region.type === "whole"
        ? yield* this.#readWhole(region, document)
        : yield* this.#readSplit(region, document);
      if (read === undefined) return undefined;
      regions.push(read);
    }
    return regions;
  }

  *#readWhole(
    { tokens, collection, members }: RegionPlan<A> & { readonly type: "whole" },
    { outline }: DocumentPlan<A>,
  ): ParseSteps<Region<A>> {
    const { text, offset, start, end, line } = placeInOutline(outline, members[0]?.offset ?? 0);
    const lines = this.#lines = this.#lines.text === text ? this.#lines : new LineIndex(text);
    const segments: Segment<A>[] = [];
    for (const member of members) {
      if (this.#options.budget.isOver) break;
      const position = lines.positionAt(member.offset - offset);
      segments.push(readWholeMember<A>(member, this.#options, offset, position));
      if (segments.length % STEP === 0) yield;
    }
    this.replacements.push({ from: 0, removed: [], added: segments });
    const place = { start, end, line, column: columnOf(this.#file.bytes, start) };
    return {
      tokens,
      type: collection,
      segments: SegmentList.of(segments),
      shape: undefined,
      place,
    };
  }

  *#readSplit(
    region: SplitRegion<A>,
    document: DocumentPlan<A>,
  ): ParseSteps<Region<A> | undefined> {
    const { tokens, shape, place, before, windows } = region;
    const known = before?.segments ?? SegmentList.of<A>([]);
    const all = windows.flatMap(({ stretches }) => stretches);
    const read = yield* this.#readStretches(all, region, document);
    if (read === undefined) return undefined;
    const replacements: Replacement<A>[] = [];
    let taken = 0;
    for (const { from, removed, stretches } of windows) {
      const added = read.slice(taken, taken += stretches.length);
      if (this.#options.budget.isOver && taken >= read.length) {
        // What comes behind would be told to stand where it does not.
        replacements.push({ from, removed: [...known].slice(from), added });
        break;
      }
      replacements.push({ from, removed, added });
    }
    for (const replacement of replacements) this.replacements.push(replacement);
    return { tokens, type: shape.type, segments: known.with(replacements), shape, place };
  }

  *#readStretches(
    stretches: readonly Stretch[],
    { shape, place }: SplitRegion<A>,
    { parsed, outline }: DocumentPlan<A>,
  ): ParseSteps<readonly Segment<A>[] | undefined> {
    const { layout, validator, references, served, budget } = this.#options;
    const fields = layout.id?.flatMap((rule) => "part" in rule ? [] : rule.field.slice(0, 1));
    const read = yield* readStretches<A>(this.#file.bytes, stretches, shape, {
      layout,
      path: this.#file.path,
      validator,
      references,
      served,
      budget,
      outer: outerAnchorsOf(parsed, outline, place.start),
      depth: shape.tokens.length + 1,
      agentKeys: fields && shape.type === "map" ? new Set(fields) : undefined,
    });
    if (read === undefined) return undefined;
    let [at, line] = [place.start, place.line];
    for (const { stretch: { start, end }, findings } of read.refusals) {
      line += countLines(this.#file.bytes, at, start);
      at = start;
      for (const finding of findings) this.refusals.push({ finding, text: { start, end, line } });
    }
    return read.segments;
  }
}

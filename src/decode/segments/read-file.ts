import type { Layout } from "../layout.ts";
import type { Anchors } from "../tree/inspect-tree.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import { LineIndex } from "../report/line-index.ts";
import type { AgentValidator } from "../validate/agent-validator.ts";
import type { References } from "../validate/cross-check.ts";
import { columnOf, countLines } from "./split/byte-lines.ts";
import { countedRegions, type DecodedFile, type DocumentFinding } from "./decoded-file.ts";
import { outerAnchorsOf, placeInOutline } from "./outline.ts";
import type { DocumentPlan, RegionPlan } from "./plan-document.ts";
import { type FilePlan, isText } from "./plan-file.ts";
import type { IssueBudget } from "./issue-budget.ts";
import { readWholeMember } from "./read-member.ts";
import { readStretches } from "./read-stretches.ts";
import type { Region, Stretch } from "./region.ts";
import type { Segment } from "./segment.ts";
import { type Replacement, SegmentList } from "./segment-list.ts";
import { type SplitRegion, wholeRegion } from "./split/split-document.ts";

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
  const { path, bytes, isSplit } = plan;
  const documents: DecodedFile<A>["documents"][number][] = [];
  const refusals: DocumentFinding[] = [];
  const replacements: Replacement<A>[] = [];
  const { left } = options.budget;
  let isCompared = plan.documents.length === known?.documents.length;
  for (const document of plan.documents) {
    const reader = new DocumentReader<A>(plan, document, known, options);
    const regions = yield* reader.read();
    if (regions === undefined) return undefined;
    refusals.push(...reader.refusals);
    for (const replacement of reader.replacements) replacements.push(replacement);
    isCompared &&= reader.isCompared &&
      regions.length === known?.documents[documents.length]?.regions.length;
    // Trees take many times what the text takes, and nobody asks for one of a document as a whole again.
    const parsed = isSplit
      ? document.parsed
      : { ...document.parsed, root: undefined, anchors: NONE };
    documents.push({ ...document, parsed, regions });
  }
  // What is no text at all is told before what is no YAML.
  if (refusals.length > 0 && isSplit && !(yield* isText(bytes))) return undefined;
  const { budget } = options;
  const isBrief = budget.isOver || budget.left < Math.min(left, 0);
  const regions = countedRegions({ refusals, documents });
  const file = { path, bytes, validator: options.validator, documents, regions, refusals, isBrief };
  return { file, replaced: known && isCompared ? { known, replacements } : undefined };
}

class DocumentReader<A extends object> {
  readonly refusals: DocumentFinding[] = [];
  readonly replacements: Replacement<A>[] = [];
  isCompared = true;
  readonly #file: FilePlan<A>;
  readonly #document: DocumentPlan<A>;
  readonly #known: DecodedFile<A> | undefined;
  readonly #options: ReadOptions;

  constructor(
    file: FilePlan<A>,
    document: DocumentPlan<A>,
    known: DecodedFile<A> | undefined,
    options: ReadOptions,
  ) {
    this.#file = file;
    this.#document = document;
    this.#known = known;
    this.#options = options;
  }

  *read(): ParseSteps<readonly Region<A>[] | undefined> {
    const regions: Region<A>[] = [];
    for (const region of this.#document.regions) {
      const read = region.type === "whole"
        ? yield* this.#readWhole(region)
        : yield* this.#readSplit(region);
      if (read === undefined) return undefined;
      regions.push(read);
    }
    return regions;
  }

  *#readWhole(
    { tokens, collection, members }: RegionPlan<A> & { readonly type: "whole" },
  ): ParseSteps<Region<A>> {
    this.isCompared = false;
    const { outline } = this.#document;
    const { text, offset, start, end, line } = placeInOutline(outline, members[0]?.offset ?? 0);
    const lines = new LineIndex(text);
    const segments: Segment<A>[] = [];
    for (const member of members) {
      if (this.#options.budget.isOver) break;
      const position = lines.positionAt(member.offset - offset);
      segments.push(readWholeMember<A>(member, this.#options, offset, position));
      if (segments.length % STEP === 0) yield;
    }
    const place = { start, end, line, column: columnOf(this.#file.bytes, start) };
    return {
      tokens,
      type: collection,
      segments: SegmentList.of(segments),
      shape: undefined,
      place,
    };
  }

  *#readSplit(region: SplitRegion<A>): ParseSteps<Region<A> | undefined> {
    const { tokens, shape, place } = region;
    const isReusable = this.#isReusable(region);
    this.isCompared &&= isReusable;
    const known = isReusable ? region.known : SegmentList.of<A>([]);
    const { windows } = isReusable
      ? region
      : yield* wholeRegion<A>(this.#file.bytes, place.start, shape);
    const replacements: Replacement<A>[] = [];
    for (const { from, removed, stretches } of windows) {
      const added = yield* this.#readStretches(stretches, region);
      if (added === undefined) return undefined;
      if (this.#options.budget.isOver) {
        // What comes behind would be told to stand where it does not.
        replacements.push({ from, removed: [...known].slice(from), added });
        break;
      }
      replacements.push({ from, removed, added });
    }
    for (const replacement of replacements) this.replacements.push(replacement);
    return { tokens, type: shape.type, segments: known.with(replacements), shape, place };
  }

  /** Whether entries whose bytes are the same are the same. */
  #isReusable({ known }: SplitRegion<A>): boolean {
    if (known.length === 0 || this.#known?.validator !== this.#options.validator) return false;
    const { text } = this.#document.outline;
    return !known.isLinked || this.#known.documents.some(({ outline }) => outline.text === text);
  }

  *#readStretches(
    stretches: readonly Stretch[],
    { shape, place }: SplitRegion<A>,
  ): ParseSteps<readonly Segment<A>[] | undefined> {
    const { layout, validator, references, served, budget } = this.#options;
    const { parsed, outline } = this.#document;
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

import type { Layout } from "../layout.ts";
import { hasLoneReturn } from "../parse/decode-text.ts";
import { formatOf, parseDocuments } from "../parse/parse-documents.ts";
import {
  emptyDocument,
  type ParsedDocument,
  type ParseSteps,
  unparsed,
} from "../parse/parsed-document.ts";
import { error } from "../report/finding.ts";
import { type DecodedFile, documentsOf, type FilePart } from "./decoded-file.ts";
import { isText } from "./file-text.ts";
import { movedOutline, type Outline, outlineOf } from "./outline.ts";
import { type DocumentPlan, planDocument, type PlanOptions } from "./plan-document.ts";
import { isSameShape, movedPlace, type RegionShape } from "./region.ts";
import {
  type DocumentRange,
  documentRanges,
  type KnownRange,
  pairRanges,
} from "./split/document-ranges.ts";
import {
  splitDocument,
  type SplitRegion,
  splittablePaths,
  wholeRegion,
} from "./split/split-document.ts";

/** What is known of a file before its entries are validated. */
export interface FilePlan<A> {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly parts: readonly FilePart<DocumentPlan<A>>[];
}

type Part<A> = FilePart<DocumentPlan<A>>;
type KnownPart<A> = DecodedFile<A>["parts"][number];

/** A file as it was. */
export interface KnownFile<A> {
  readonly file: DecodedFile<A>;
  /** How many bytes at its start are known to be what they were. */
  readonly same: number;
}

/** How files are planned. */
export interface FileOptions {
  readonly layout: Layout;
  /** Whether no entry is told apart from the others before the document is parsed. */
  readonly isWhole: boolean;
}

/**
 * Takes a file apart as far as its agents: told apart by their lines where that can be done, else parsed in
 * one piece.
 *
 * @param known the file as it was when it could last be read
 * @param problem why the file is no text at all
 */
export function* planFile<A>(
  path: string,
  bytes: Uint8Array,
  { layout, isWhole }: FileOptions,
  known: KnownFile<A> | undefined,
  problem?: ParsedDocument,
): ParseSteps<FilePlan<A>> {
  const planner = new FilePlanner<A>(path, bytes, layout, known);
  const parts = problem !== undefined || isWhole ? undefined : yield* planner.parts();
  return { path, bytes, parts: parts ?? [yield* planner.whole(wholeRange(bytes), problem)] };
}

/** Plans a part of a file whose documents are parsed in one piece. */
export function planWhole<A>(
  { path, bytes }: Pick<FilePlan<A>, "path" | "bytes">,
  range: DocumentRange,
  layout: Layout,
): ParseSteps<FilePart<DocumentPlan<A>>> {
  return new FilePlanner<A>(path, bytes, layout, undefined).whole(range);
}

/** Whether something in a plan is taken over from the file as it was. */
export function hasKnown<A>(plan: FilePlan<A>): boolean {
  return documentsOf(plan).some(({ regions }) =>
    regions.some((region) => region.type !== "whole" && region.before !== undefined)
  );
}

class FilePlanner<A> {
  readonly #path: string;
  readonly #bytes: Uint8Array;
  readonly #layout: Layout;
  readonly #known: KnownFile<A> | undefined;

  constructor(
    path: string,
    bytes: Uint8Array,
    layout: Layout,
    known: KnownFile<A> | undefined,
  ) {
    this.#path = path;
    this.#bytes = bytes;
    this.#layout = layout;
    this.#known = known;
  }

  /** Plans a part whose documents are parsed in one piece. */
  *whole(range: DocumentRange, problem?: ParsedDocument): ParseSteps<Part<A>> {
    const outline = outlineOf(this.#bytes, range, []);
    yield;
    const unread = outline.problem &&
      unparsed(error("bad-encoding", outline.problem.offset, outline.problem.message));
    const parsed = problem ?? unread;
    const documents = parsed === undefined
      ? yield* parseDocuments(outline.text, this.#path, this.#layout)
      : [parsed];
    yield;
    return yield* this.#planAll(
      range,
      outline,
      documents.length > 0 ? documents : [emptyDocument()],
    );
  }

  /** Plans each part by itself; undefined when only the whole file can tell what is in it. */
  *parts(): ParseSteps<readonly Part<A>[] | undefined> {
    const format = formatOf(this.#path, this.#layout);
    if (format !== "yaml" && format !== "json") return undefined;
    const isSeveral = format === "yaml" && this.#layout.documents !== undefined;
    const ranges = isSeveral ? yield* documentRanges(this.#bytes) : [wholeRange(this.#bytes)];
    if (ranges === undefined) return undefined;
    const pairs = this.#pairsOf(ranges);
    const parts: Part<A>[] = [];
    for (const [at, range] of ranges.entries()) {
      // Of a file that is empty as a whole something is said, unlike of an empty part.
      const before = range.isEmpty ? undefined : pairs[at];
      const part = before?.isSame === true
        ? movedPart(before.range, range)
        : isSeveral
        ? yield* this.#oneOfSeveral(format, range, before?.range)
        : yield* this.#split(format, range, before?.range);
      if (part === undefined) return undefined;
      parts.push(part);
      yield;
    }
    // That there is nothing in any of them is told of the file.
    return parts.every(({ documents }) => documents.length === 0) ? undefined : parts;
  }

  #pairsOf(ranges: readonly DocumentRange[]): readonly (KnownRange<KnownPart<A>> | undefined)[] {
    if (this.#known === undefined) return [];
    const { bytes, parts } = this.#known.file;
    const [only, another] = parts;
    // All of the file: that it is not the same is known.
    if (ranges.length === 1 && only !== undefined && another === undefined) {
      return [{ range: only, isSame: false }];
    }
    return pairRanges({ bytes, ranges: parts }, this.#bytes, ranges);
  }

  /** Plans a part whose entries are told apart by their lines; undefined when they cannot be. */
  *#split(
    format: RegionShape["syntax"],
    range: DocumentRange,
    before: KnownPart<A> | undefined,
  ): ParseSteps<Part<A> | undefined> {
    const paths = splittablePaths(this.#layout);
    if (paths === undefined) return undefined;
    const [document] = before?.documents ?? [];
    const { file, same } = this.#known ?? {};
    const known = document && {
      bytes: file!.bytes.subarray(0, before!.end),
      regions: document.regions,
      same: same!,
    };
    const found = yield* splitDocument(this.#bytes, range, paths, format, known);
    if (found === undefined) return undefined;
    const outline = outlineOf(this.#bytes, range, found);
    if (outline.problem !== undefined) return undefined;
    if (format === "yaml" && hasLoneReturn(outline.text)) return undefined;
    const isSameAround = document?.outline.text === outline.text;
    const regions = isSameAround ? found : yield* this.#withoutLinked(found, range);
    // One with entries that were not told apart is planned again: those are in its tree only.
    const isKnown = isSameAround && document.regions.length > 0 &&
      document.regions.every(({ shape }) => shape !== undefined);
    if (isKnown) {
      const again = document.regions.flatMap(({ shape }) =>
        regions.find((one) => shape && isSameShape(shape, one.shape)) ?? []
      );
      if (again.length === regions.length) {
        return { ...range, documents: [{ ...document, outline, regions: again }] };
      }
    }
    const parsed = isKnown
      ? document.parsed
      : (yield* parseDocuments(outline.text, this.#path, this.#layout))[0] ?? unparsed();
    // Aliases to what is in an entry, nesting, an anchor that is another one later: only the whole can tell.
    const isLinked = parsed.hasRepeatedAnchor === true ||
      (parsed.root === undefined && parsed.isWellFormed === true);
    if (isLinked) return undefined;
    // What is no text at all is told before what is no YAML, and JSON has one error.
    if (parsed.root === undefined) {
      const isTold = format === "json" ||
        !(yield* isText(this.#bytes.subarray(range.start, range.end)));
      if (isTold) return undefined;
    }
    const plan = yield* planDocument(outline, parsed, regions, this.#options);
    // One that is not wanted must be well-formed all the same.
    return plan === "whole" || plan === undefined ? undefined : { ...range, documents: [plan] };
  }

  /** Plans one document of several; undefined when only the whole file can tell what is in it. */
  *#oneOfSeveral(
    format: RegionShape["syntax"],
    range: DocumentRange,
    before: KnownPart<A> | undefined,
  ): ParseSteps<Part<A> | undefined> {
    let part = yield* this.#split(format, range, before);
    if (part === undefined) {
      const outline = outlineOf(this.#bytes, range, []);
      if (outline.problem !== undefined || hasLoneReturn(outline.text)) return undefined;
      const parsed = yield* parseDocuments(outline.text, this.#path, this.#layout);
      part = yield* this.#planAll(range, outline, parsed);
    }
    // What is left open in it may reach into the next one.
    return part.documents.every(({ parsed }) => parsed.root !== undefined) ? part : undefined;
  }

  *#planAll(
    range: DocumentRange,
    outline: Outline,
    parsed: readonly ParsedDocument[],
  ): ParseSteps<Part<A>> {
    const documents: DocumentPlan<A>[] = [];
    for (const document of parsed) {
      const plan = yield* planDocument<A>(outline, document, [], this.#options);
      if (plan !== undefined && plan !== "whole") documents.push(plan);
    }
    return { ...range, documents };
  }

  /** Entries with anchors or aliases may mean something else, when something around them is not the same. */
  *#withoutLinked(
    regions: readonly SplitRegion<A>[],
    { end }: DocumentRange,
  ): Generator<undefined, readonly SplitRegion<A>[], unknown> {
    const all: SplitRegion<A>[] = [];
    for (const region of regions) {
      if (region.before?.segments.isLinked !== true) all.push(region);
      else {
        const { place: { start }, shape } = region;
        const { windows } = yield* wholeRegion<A>(this.#bytes.subarray(0, end), start, shape);
        all.push({ ...region, before: undefined, windows });
      }
    }
    return all;
  }

  get #options(): PlanOptions {
    return { layout: this.#layout, path: this.#path };
  }
}

function wholeRange({ length }: Uint8Array): DocumentRange {
  return { start: 0, end: length, line: 0, isEmpty: false };
}

/** A part that has not changed, but may stand somewhere else. */
function movedPart<A>(part: KnownPart<A>, range: DocumentRange): Part<A> {
  const [bytes, lines] = [range.start - part.start, range.line - part.line];
  const isMoved = bytes !== 0 || lines !== 0;
  const documents = part.documents.map((document): DocumentPlan<A> => ({
    ...document,
    outline: isMoved ? movedOutline(document.outline, bytes, lines) : document.outline,
    regions: document.regions.map((before) => ({
      type: "known",
      tokens: before.tokens,
      before,
      region: isMoved ? { ...before, place: movedPlace(before.place, bytes, lines) } : before,
    })),
  }));
  return { ...range, documents };
}

/**
 * A plan without errors for a file that has no agents: a search has found it, and so it is a text beside the
 * registry, as `README.md` is. What has been named must hold agents.
 */
export function passOver<A>(plan: FilePlan<A>): FilePlan<A> {
  const passOverDocument = (document: DocumentPlan<A>): DocumentPlan<A> => {
    if (document.parsed.isWithoutAgents !== true) return document;
    const findings = document.findings.map((finding) => ({
      ...finding,
      severity: "warning" as const,
      message: "This file has no front matter, and so no agent: it is passed over",
    }));
    return { ...document, findings };
  };
  const parts = plan.parts.map((part) => ({
    ...part,
    documents: part.documents.map(passOverDocument),
  }));
  return { ...plan, parts };
}

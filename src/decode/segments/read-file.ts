import { sameBytes } from "../../model/value/bytes.ts";
import type { Layout } from "../layout.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import { LineIndex } from "../report/line-index.ts";
import type { AgentValidator } from "../validate/agent-validator.ts";
import type { References } from "../validate/cross-check.ts";
import { countLines } from "./byte-lines.ts";
import type { Window } from "./changed-windows.ts";
import type { DecodedDocument, DecodedFile, DocumentFinding } from "./decoded-file.ts";
import { outerAnchorsOf, type RegionPlan } from "./plan-document.ts";
import { type FilePlan, isText, type PlannedDocument } from "./plan-file.ts";
import { readWholeMember } from "./read-member.ts";
import { readStretches } from "./read-stretches.ts";
import type { Region, RegionPlace, Segment, Stretch } from "./region.ts";
import { type SplitRegion, stretchesOf } from "./split-document.ts";

/** By what entries are validated. */
export interface ReadOptions {
  readonly layout: Layout;
  readonly validator: AgentValidator;
  readonly references: References;
  /** The agents that are in service. */
  readonly served: ReadonlyMap<string, unknown>;
}

/** A file that was read, and how its entries differ from the known ones, if it was compared with these. */
export interface ReadFile<A> {
  readonly file: DecodedFile<A>;
  readonly replaced: Replaced<A> | undefined;
}

/** Segments that are gone, and those that have come in their place. */
export interface Replaced<A> {
  /** The file that they were in. */
  readonly known: DecodedFile<A> | undefined;
  readonly removed: readonly Segment<A>[];
  readonly added: readonly Segment<A>[];
}

/** After how many entries it pauses. */
const STEP = 16;

/**
 * Reads and validates the entries of a planned file; those that are known are not read again. Gives undefined
 * when they cannot be told apart, though it seemed so: the file is then to be planned as a whole.
 */
export function* readFile<A extends object>(
  plan: FilePlan<A>,
  known: DecodedFile<A> | undefined,
  options: ReadOptions,
): ParseSteps<ReadFile<A> | undefined> {
  const documents: DecodedDocument<A>[] = [];
  const refusals: DocumentFinding[] = [];
  let replaced: Replaced<A> = NOTHING_REPLACED;
  let isCompared = plan.documents.length === known?.documents.length;
  for (const planned of plan.documents) {
    const { range, plan: { outline, parsed, metadata, debounceMs, findings } } = planned;
    const reader = new DocumentReader<A>(plan, planned, known, options);
    const regions = yield* reader.read();
    if (regions === undefined) return undefined;
    refusals.push(...reader.refusals);
    replaced = joined(replaced, reader.replaced);
    isCompared &&= reader.isCompared &&
      regions.length === known?.documents[documents.length]?.regions.length;
    documents.push({ range, outline, parsed, metadata, debounceMs, findings, regions });
  }
  const { path, bytes } = plan;
  // What is no text at all is told before what is no YAML.
  if (refusals.length > 0 && plan.isSplit && !isText(bytes)) return undefined;
  const file = { path, bytes, validator: options.validator, documents, refusals };
  return { file, replaced: isCompared ? { ...replaced, known } : undefined };
}

const NOTHING_REPLACED: Replaced<never> = { known: undefined, removed: [], added: [] };

function joined<A>(a: Replaced<A>, b: Replaced<A>): Replaced<A> {
  const [removed, added] = [a.removed.concat(b.removed), a.added.concat(b.added)];
  return { known: undefined, removed, added };
}

class DocumentReader<A extends object> {
  readonly refusals: DocumentFinding[] = [];
  replaced: Replaced<A> = NOTHING_REPLACED;
  isCompared = true;
  readonly #file: FilePlan<A>;
  readonly #planned: PlannedDocument<A>;
  readonly #known: DecodedFile<A> | undefined;
  readonly #options: ReadOptions;

  constructor(
    file: FilePlan<A>,
    planned: PlannedDocument<A>,
    known: DecodedFile<A> | undefined,
    options: ReadOptions,
  ) {
    this.#file = file;
    this.#planned = planned;
    this.#known = known;
    this.#options = options;
  }

  *read(): ParseSteps<readonly Region<A>[] | undefined> {
    const regions: Region<A>[] = [];
    for (const region of this.#planned.plan.regions) {
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
    const lines = new LineIndex(this.#planned.plan.outline.text);
    const segments: Segment<A>[] = [];
    for (const member of members) {
      segments.push(readWholeMember<A>(member, this.#options, lines.positionAt(member.offset)));
      if (segments.length % STEP === 0) yield;
    }
    return { tokens, type: collection, segments, place: undefined };
  }

  *#readSplit(region: SplitRegion<A>): ParseSteps<Region<A> | undefined> {
    const { tokens, place: { shape } } = region;
    const place = { ...region.place, line: this.#lineOf(region) };
    const isReusable = this.#isReusable(region);
    this.isCompared &&= isReusable;
    const segments = isReusable
      ? yield* this.#readWindows(region, place)
      : yield* this.#readStretches([...stretchesOf(region)].map(({ stretch }) => stretch), place);
    return segments && { tokens, type: shape.type, segments, place };
  }

  /** Whether entries whose bytes are the same are the same. */
  #isReusable({ known }: SplitRegion<A>): boolean {
    if (known === undefined || this.#known?.validator !== this.#options.validator) return false;
    const { outline } = this.#planned.plan;
    const isSameText = this.#known.documents.some((one) => one.outline.text === outline.text);
    return isSameText || !known.segments.some(({ isLinked }) => isLinked);
  }

  *#readWindows(
    { windows, known }: SplitRegion<A>,
    place: RegionPlace,
  ): ParseSteps<readonly Segment<A>[] | undefined> {
    const before = known?.segments ?? [];
    const parts: (readonly Segment<A>[])[] = [];
    let index = 0;
    for (const window of windows) {
      const { from, to, stretches } = this.#trimmed(window, known);
      parts.push(before.slice(index, from));
      const read = yield* this.#readStretches(stretches, place);
      if (read === undefined) return undefined;
      this.replaced = joined(this.replaced, {
        known: undefined,
        removed: before.slice(from, to),
        added: read,
      });
      parts.push(read);
      index = to;
    }
    if (parts.length === 0) return before;
    return before.slice(0, 0).concat(...parts, before.slice(index));
  }

  /** A window without the entries at its start whose bytes are the same: they were looked at in doubt. */
  #trimmed(window: Window, known: Region<A> | undefined): Window {
    if (known?.place === undefined || this.#known === undefined) return window;
    let { from } = window;
    let start = known.place.start;
    for (let index = 0; index < from; index++) start += known.segments[index]!.bytes;
    let skipped = 0;
    for (const stretch of window.stretches) {
      const segment = known.segments[from];
      const isSame = from < window.to && segment?.bytes === stretch.end - stretch.start &&
        sameBytes(
          this.#known.bytes.subarray(start, start + segment.bytes),
          this.#file.bytes.subarray(stretch.start, stretch.end),
        );
      if (!isSame) break;
      start += segment.bytes;
      from++;
      skipped++;
    }
    return { from, to: window.to, stretches: window.stretches.slice(skipped) };
  }

  *#readStretches(
    stretches: readonly Stretch[],
    { shape, start }: RegionPlace,
  ): ParseSteps<readonly Segment<A>[] | undefined> {
    const { layout, validator, references, served } = this.#options;
    const { parsed, outline } = this.#planned.plan;
    const fields = layout.id?.flatMap((rule) => "part" in rule ? [] : rule.field.slice(0, 1));
    const read = yield* readStretches<A>(this.#file.bytes, stretches, shape, {
      layout,
      path: this.#file.path,
      validator,
      references,
      served,
      outer: outerAnchorsOf(parsed, outline, start),
      depth: shape.tokens.length + 1,
      agentKeys: fields && shape.type === "map" ? new Set(fields) : undefined,
    });
    if (read === undefined) return undefined;
    for (const { stretch: { start, end }, findings } of read.refusals) {
      const text = { start, end, line: countLines(this.#file.bytes, 0, start) };
      for (const finding of findings) this.refusals.push({ finding, text });
    }
    return read.segments;
  }

  #lineOf({ tokens }: SplitRegion<A>): number {
    const { outline, regions } = this.#planned.plan;
    const split = regions.filter((one) => one.type === "split")
      .toSorted((a, b) => a.place.start - b.place.start);
    return outline.lines[split.findIndex((one) => one.tokens === tokens)] ?? 0;
  }
}

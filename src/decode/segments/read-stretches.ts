import { memberOfItem, memberOfPair } from "../extract/extract-members.ts";
import { EventNode } from "../tree/event-node.ts";
import { EventTree } from "../tree/event-tree.ts";
import { inspectTree } from "../tree/inspect-tree.ts";
import { documentsOfRefused } from "../parse/parse-yaml.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import { extensionOf } from "../parse/parse-documents.ts";
import { parseJson } from "../parse/parse-json.ts";
import { parseYamlEvents, type YamlEvents } from "../tree/yaml-events.ts";
import type { Finding } from "../report/finding.ts";
import { decodeText, hasLoneReturn } from "../parse/decode-text.ts";
import { SPACE } from "./split/byte-lines.ts";
import { isJsonEnd } from "./split/json-region.ts";
import { isUnlinked, readMember, type SegmentContext } from "./read-member.ts";
import type { RegionShape, Stretch } from "./region.ts";
import type { Segment } from "./segment.ts";

/** What is wrong with the text of a stretch; the offsets count from its start. */
export interface Refusal {
  readonly stretch: Stretch;
  readonly findings: readonly Finding[];
}

/** What came of reading stretches: segments, or why some cannot be parsed. */
export interface ReadStretches<A> {
  readonly segments: readonly Segment<A>[];
  readonly refusals: readonly Refusal[];
}

/** A call of the parser costs as much as an entry: this many bytes are parsed at once, some milliseconds. */
const BATCH_BYTES = 24 * 1024;
/** After so many findings nothing more is looked for. */
const MAX_FINDINGS = 100;
const PERCENT = 37;

/**
 * Reads the entries in some stretches, many at a time. Gives undefined when they cannot be read without the
 * rest of the document: `StretchReader` says what that may be.
 */
export function* readStretches<A extends object>(
  bytes: Uint8Array,
  stretches: readonly Stretch[],
  shape: RegionShape,
  context: SegmentContext,
): ParseSteps<ReadStretches<A> | undefined> {
  const reader = new StretchReader<A>(bytes, shape, context);
  for (let from = 0; from < stretches.length && !reader.isDone;) {
    let to = from;
    let size = 0;
    do size += sizeOf(stretches[to++]!); while (
      to < stretches.length && size + sizeOf(stretches[to]!) <= BATCH_BYTES
    );
    if (!(yield* reader.read(stretches.slice(from, to)))) return undefined;
    from = to;
    yield;
  }
  return reader;
}

/**
 * Parses entries that follow each other. Gives undefined for JSON that wants to be told of: `isStrict` says of
 * what.
 */
export function parseEntries(
  text: string,
  { syntax, type }: RegionShape,
  isStrict: boolean,
): YamlEvents | undefined {
  if (syntax === "yaml") return parseYamlEvents(text);
  // The comma to the next entry, which is not here.
  const inner = text.endsWith(",") ? text.slice(0, -1) : text;
  const whole = type === "map" ? `{${inner}}` : `[${inner}]`;
  const { parsed, findings } = parseJson(whole, isStrict);
  return findings.length > 0 ? undefined : parsed;
}

/** How many characters are put before entries that are parsed. */
export function leadOf({ syntax }: RegionShape): number {
  return syntax === "json" ? 1 : 0;
}

function sizeOf({ start, end }: Stretch): number {
  return end - start;
}

class StretchReader<A extends object> implements ReadStretches<A> {
  readonly segments: Segment<A>[] = [];
  readonly refusals: Refusal[] = [];
  readonly #bytes: Uint8Array;
  readonly #shape: RegionShape;
  readonly #context: SegmentContext;
  #findings = 0;

  constructor(bytes: Uint8Array, shape: RegionShape, context: SegmentContext) {
    this.#bytes = bytes;
    this.#shape = shape;
    this.#context = context;
  }

  get isDone(): boolean {
    return this.#findings >= MAX_FINDINGS || this.#context.budget.isOver;
  }

  /** Reads stretches, in their order. Gives false for what only the whole document can tell. */
  *read(batch: readonly Stretch[]): ParseSteps<boolean> {
    const decoded = this.#decode(batch);
    if (decoded === undefined) return false;
    const { text, starts } = decoded;
    const parsed = parseEntries(text, this.#shape, extensionOf(this.#context.path) === ".json");
    if (parsed?.type === "parsed") {
      return this.#take(batch, new EventTree(parsed), parsed.documents, starts);
    }
    if (parsed === undefined) return false;
    if (batch.length === 1) return yield* this.#readRefused(batch[0]!, text, parsed);
    // The one that the parser stopped in, or one before it: those before, it, and those after.
    const at = starts.findLastIndex((start) => start <= parsed.offset);
    const cut = Math.max(0, Math.min(at, batch.length - 1));
    for (const part of [batch.slice(0, cut), batch.slice(cut, cut + 1), batch.slice(cut + 1)]) {
      if (part.length === 0 || this.isDone) continue;
      if (!(yield* this.read(part))) return false;
    }
    return true;
  }

  /** The text of a batch, and where each stretch starts in it and the last one ends; undefined for what is no text. */
  #decode(batch: readonly Stretch[]): { text: string; starts: readonly number[] } | undefined {
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return undefined;
    // At the start of a text these would be a directive, or a byte order mark.
    const sign = this.#bytes[first.start];
    if (sign === PERCENT || sign === 0xef) return undefined;
    let text = "";
    const starts: number[] = [];
    let at = leadOf(this.#shape);
    // What stands between stretches is left out: each may follow any other.
    for (let from = 0, to; from < batch.length; from = to) {
      to = from + 1;
      while (to < batch.length && batch[to]!.start === batch[to - 1]!.end) to++;
      const run = batch.slice(from, to);
      const [start, end] = [run[0]!.start, run.at(-1)!.end];
      const decoded = decodeText(this.#bytes.subarray(start, end), false);
      if ("problem" in decoded) return undefined;
      text += decoded.text;
      const isAscii = decoded.text.length === end - start;
      for (const one of run) {
        starts.push(at);
        at += isAscii
          ? sizeOf(one)
          : decodeText(this.#bytes.subarray(one.start, one.end), false).text.length;
      }
    }
    starts.push(at);
    const isJson = this.#shape.syntax === "json";
    if (!isJson && hasLoneReturn(text)) return undefined;
    // A comma with nothing behind it is told of the document.
    if (isJson && text.endsWith(",") && isJsonEnd(this.#bytes, last.end)) return undefined;
    return { text, starts };
  }

  /** Takes what a batch says, if that is one entry a stretch. */
  #take(
    batch: readonly Stretch[],
    tree: EventTree,
    documents: readonly number[],
    starts: readonly number[],
  ): boolean {
    const [document, another] = documents;
    if (document === undefined || another !== undefined) return false;
    const root = document + 1;
    const isMap = this.#shape.type === "map";
    if (!tree.isCollection(root, this.#shape.type)) return false;
    if (tree.startOf(root, 0) !== this.#shape.indent) return false;
    const end = tree.ends[root]! - 1;
    let index = 0;
    for (let at = root + 1; at < end; index++) {
      const [stretch, start, next] = [batch[index], starts[index]!, starts[index + 1]!];
      if (stretch === undefined) return false;
      const value = isMap ? tree.ends[at]! : at;
      const offset = tree.startOf(at, start + this.#shape.indent);
      if (offset < start || offset >= next) return false;
      const segment = this.#segmentAt(stretch, tree, at, value, [start, next]);
      if (segment === undefined) return false;
      this.segments.push(segment);
      at = tree.ends[value]!;
    }
    return index === batch.length;
  }

  #segmentAt(
    stretch: Stretch,
    tree: EventTree,
    key: number,
    value: number,
    [start, end]: readonly [number, number],
  ): Segment<A> | undefined {
    const { depth, outer } = this.#context;
    // Before anything is asked of the tree: aliases are linked by the way.
    const inspected = tree.hasProperties ? inspectTree(tree, value, depth, outer) : undefined;
    if (inspected !== undefined && inspected.fatal.length > 0) return undefined;
    const source = { stretch, tree, index: value, start, end, inspected };
    const place = start + this.#shape.indent;
    if (this.#shape.type === "list") {
      const member = memberOfItem(new EventNode(tree, value, place), this.#context);
      return readMember(member, this.#context, source);
    }
    // A key that is a map, has an anchor or merges: what it means, the other entries have to do with.
    if (!tree.isOrdinaryKey(key)) return undefined;
    const offset = tree.startOf(key, place);
    const node = new EventNode(tree, value, tree.afterKey(key, offset));
    const pair = { key: tree.keyText(key) ?? "", isScalar: true, offset, node };
    return readMember(memberOfPair(pair, this.#context), this.#context, source);
  }

  /** Asks the other parser about a stretch that the first one refuses. */
  *#readRefused(
    stretch: Stretch,
    text: string,
    refused: Parameters<typeof documentsOfRefused>[1],
  ): ParseSteps<boolean> {
    const [document] = yield* documentsOfRefused(text, refused, true);
    if (document?.root === undefined) {
      // An alias, perhaps, whose anchor stands before the entries.
      if (document?.isWellFormed === true) return false;
      const findings = document?.findings ?? [];
      this.refusals.push({ stretch, findings });
      this.#findings += findings.length;
      return true;
    }
    const { root, keyFindings } = document;
    const isMap = this.#shape.type === "map";
    const [pair, item] = [root.pairs[0], root.items[0]];
    if (root.pairs.length !== (isMap ? 1 : 0) || root.items.length !== (isMap ? 0 : 1)) {
      return false;
    }
    if (!isUnlinked(text) || this.#bytes[stretch.start + this.#shape.indent] === SPACE) {
      return false;
    }
    const member = isMap ? memberOfPair(pair!, this.#context) : memberOfItem(item!, this.#context);
    const findings = keyFindings.filter(({ mapStart }) => mapStart !== root.start || !isMap)
      .map(({ finding }) => finding);
    const source = { stretch, text, start: 0, end: text.length, findings };
    const segment = readMember<A>(member, this.#context, source);
    if (segment === undefined) return false;
    this.segments.push(segment);
    return true;
  }
}

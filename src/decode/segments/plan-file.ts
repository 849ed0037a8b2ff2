import type { SourceDocument } from "../../model/report/source-reading.ts";
import type { Layout } from "../layout.ts";
import { decodeText, hasLoneReturn } from "../parse/decode-text.ts";
import { formatOf, parseDocuments } from "../parse/parse-documents.ts";
import { type ParsedDocument, type ParseSteps, unparsed } from "../parse/parsed-document.ts";
import { error } from "../report/finding.ts";
import type { DecodedFile } from "./decoded-file.ts";
import { type Outline, outlineOf } from "./outline.ts";
import { type DocumentPlan, planDocument } from "./plan-document.ts";
import { isSameShape } from "./region.ts";
import { nextLine } from "./split/byte-lines.ts";
import { splitDocument, splittablePaths } from "./split/split-document.ts";

/** What is known of a file before its entries are validated. */
export interface FilePlan<A> {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly documents: readonly DocumentPlan<A>[];
  /** Whether its entries are told apart by their lines. */
  readonly isSplit: boolean;
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
  known: DecodedFile<A> | undefined,
  problem?: ParsedDocument,
): ParseSteps<FilePlan<A>> {
  if (problem !== undefined) {
    const documents = yield* planAll<A>(path, layout, outlineOf(bytes, []), [problem]);
    return { path, bytes, documents, isSplit: false };
  }
  const documents = isWhole ? undefined : yield* planSplit(path, bytes, layout, known);
  return documents === undefined
    ? { path, bytes, documents: yield* planWhole(path, bytes, layout), isSplit: false }
    : { path, bytes, documents, isSplit: true };
}

function* planWhole<A>(
  path: string,
  bytes: Uint8Array,
  layout: Layout,
): ParseSteps<readonly DocumentPlan<A>[]> {
  const outline = outlineOf(bytes, []);
  yield;
  const { problem } = outline;
  const parsed = problem === undefined
    ? yield* parseDocuments(outline.text, path, layout)
    : [unparsed(error("bad-encoding", problem.offset, problem.message))];
  yield;
  return yield* planAll(path, layout, outline, parsed);
}

function* planAll<A>(
  path: string,
  layout: Layout,
  outline: Outline,
  parsed: readonly ParsedDocument[],
): ParseSteps<readonly DocumentPlan<A>[]> {
  const plans: DocumentPlan<A>[] = [];
  for (const document of parsed) {
    const plan = yield* planDocument<A>(outline, document, [], { layout, path });
    if (plan !== undefined && plan !== "whole") plans.push(plan);
  }
  return plans;
}

/** Undefined when the entries of a document cannot be told apart by their lines. */
function* planSplit<A>(
  path: string,
  bytes: Uint8Array,
  layout: Layout,
  known: DecodedFile<A> | undefined,
): ParseSteps<readonly DocumentPlan<A>[] | undefined> {
  const [paths, format] = [splittablePaths(layout), formatOf(path, layout)];
  if (paths === undefined || (format !== "yaml" && format !== "json")) return undefined;
  const regions = yield* splitDocument(
    bytes,
    paths,
    format,
    known && { bytes: known.bytes, regions: known.documents.flatMap(({ regions }) => regions) },
  );
  if (regions === undefined) return undefined;
  const outline = outlineOf(bytes, regions);
  if (outline.problem !== undefined) return undefined;
  if (format === "yaml" && hasLoneReturn(outline.text)) return undefined;
  // One with entries that were not told apart is planned again: those are in its tree only.
  const before = known?.documents.find(({ outline: { text }, regions }) =>
    text === outline.text && regions.length > 0 && regions.every(({ shape }) => shape !== undefined)
  );
  const again = before?.regions.flatMap(({ shape }) =>
    regions.find((one) => shape && isSameShape(shape, one.shape)) ?? []
  );
  if (before && again?.length === regions.length) return [{ ...before, outline, regions: again }];
  const parsed = before?.parsed ??
    (yield* parseDocuments(outline.text, path, layout))[0] ?? unparsed();
  // Aliases to what is in an entry, nesting, an anchor that is another one later: only the whole can tell.
  const isLinked = parsed.hasRepeatedAnchor === true ||
    (parsed.root === undefined && parsed.isWellFormed === true);
  if (isLinked) return undefined;
  // What is no text at all is told before what is no YAML, and JSON has one error.
  if (parsed.root === undefined && (format === "json" || !(yield* isText(bytes)))) {
    return undefined;
  }
  const plan = yield* planDocument(outline, parsed, regions, { layout, path });
  if (plan === "whole" || plan === undefined) return undefined;
  yield;
  return [plan];
}

/**
 * A plan without errors for a file that has no agents: a search has found it, and so it is a text beside the
 * registry, as `README.md` is. What has been named must hold agents.
 */
export function passOver<A>(plan: FilePlan<A>): FilePlan<A> {
  const documents = plan.documents.map((document) => {
    if (document.parsed.isWithoutAgents !== true) return document;
    const findings = document.findings.map((finding) => ({
      ...finding,
      severity: "warning" as const,
      message: "This file has no front matter, and so no agent: it is passed over",
    }));
    return { ...document, findings };
  });
  return { ...plan, documents };
}

/** Whether bytes are UTF-8 without NUL, looked at some lines at a time. */
export function* isText(bytes: Uint8Array): Generator<undefined, boolean, unknown> {
  for (let from = 0, to = 0; from < bytes.length; from = to) {
    to = nextLine(bytes, Math.min(from + TEXT_STEP, bytes.length), bytes.length);
    if ("problem" in decodeText(bytes.subarray(from, to), from === 0)) return false;
    yield;
  }
  return true;
}

/** After how many bytes it pauses. */
const TEXT_STEP = 256 * 1024;

/** The content of a document as bytes. */
export function bytesOf({ content }: SourceDocument): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Why a text cannot be written as UTF-8, if so. */
export function surrogateProblem({ content }: SourceDocument): ParsedDocument | undefined {
  if (typeof content !== "string" || content.isWellFormed()) return undefined;
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
  const message = "Half of a surrogate pair stands here: the text cannot be written as UTF-8";
  return unparsed(error("bad-encoding", Math.max(0, content.search(lone)), message));
}

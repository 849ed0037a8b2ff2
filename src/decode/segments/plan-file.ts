import type { SourceDocument } from "../../model/report/source-reading.ts";
import type { Layout } from "../layout.ts";
import { decodeText } from "../parse/decode-text.ts";
import { formatOf, parseDocuments } from "../parse/parse-documents.ts";
import { type ParsedDocument, type ParseSteps, unparsed } from "../parse/parsed-document.ts";
import { parseYaml } from "../parse/parse-yaml.ts";
import { error } from "../report/finding.ts";
import type { DecodedDocument, DecodedFile } from "./decoded-file.ts";
import { type Outline, outlineOf } from "./outline.ts";
import { type DocumentPlan, planDocument } from "./plan-document.ts";
import { type DocumentRange, leftOutOf, splitDocument, splittablePaths } from "./split-document.ts";

/** What is known of a file before its entries are validated. */
export interface FilePlan<A> {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly documents: readonly PlannedDocument<A>[];
  /** Whether its entries are told apart by their lines. */
  readonly isSplit: boolean;
}

/** A document of a file, and where it is. */
export interface PlannedDocument<A> {
  readonly range: DocumentRange;
  readonly plan: DocumentPlan<A>;
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
    return {
      path,
      bytes,
      documents: planAll(path, bytes, layout, wholeOutline(bytes), [problem]),
      isSplit: false,
    };
  }
  const paths = isWhole || formatOf(path, layout) !== "yaml" ? undefined : splittablePaths(layout);
  const documents = paths && (yield* planSplit(path, bytes, layout, paths, known));
  return documents === undefined
    ? { path, bytes, documents: yield* planWhole(path, bytes, layout), isSplit: false }
    : { path, bytes, documents, isSplit: true };
}

function* planWhole<A>(
  path: string,
  bytes: Uint8Array,
  layout: Layout,
): ParseSteps<readonly PlannedDocument<A>[]> {
  const outline = wholeOutline(bytes);
  yield;
  const { problem } = outline;
  const parsed = problem === undefined
    ? yield* parseDocuments(outline.text, path, layout)
    : [unparsed(error("bad-encoding", problem.offset, problem.message))];
  yield;
  return planAll(path, bytes, layout, outline, parsed);
}

function wholeOutline(bytes: Uint8Array): Outline {
  return outlineOf(bytes, 0, bytes.length, 0, []);
}

function planAll<A>(
  path: string,
  bytes: Uint8Array,
  layout: Layout,
  outline: Outline,
  parsed: readonly ParsedDocument[],
): readonly PlannedDocument<A>[] {
  const range = { bytes, start: 0, end: bytes.length, line: 0 };
  return parsed.flatMap((document) => {
    const plan = planDocument<A>(outline, document, [], { layout, path });
    return plan === undefined || plan === "whole" ? [] : [{ range, plan }];
  });
}

/** Undefined when the entries of a document cannot be told apart by their lines. */
function* planSplit<A>(
  path: string,
  bytes: Uint8Array,
  layout: Layout,
  paths: readonly (readonly string[])[],
  known: DecodedFile<A> | undefined,
): ParseSteps<readonly PlannedDocument<A>[] | undefined> {
  const range = { bytes, start: 0, end: bytes.length, line: 0 };
  const before = knownDocument(known, range);
  const regions = yield* splitDocument(
    range,
    paths,
    before && { ...before.range, regions: before.regions },
  );
  if (regions === undefined) return undefined;
  const outline = outlineOf(bytes, range.start, range.end, range.line, regions.map(leftOutOf));
  if (outline.problem !== undefined) return undefined;
  const parsed = before?.outline.text === outline.text
    ? before.parsed
    : (yield* parseYaml(outline.text, true))[0] ?? unparsed();
  // Aliases to what is in an entry, nesting, an anchor that is another one later: only the whole can tell.
  const isLinked = parsed.hasRepeatedAnchor === true ||
    (parsed.root === undefined && parsed.isWellFormed === true);
  if (isLinked) return undefined;
  // What is no text at all is told before what is no YAML.
  if (parsed.root === undefined && !isText(bytes)) return undefined;
  const plan = planDocument(outline, parsed, regions, { layout, path });
  if (plan === "whole" || plan === undefined) return undefined;
  yield;
  return [{ range, plan: sameMetadata(plan, before, outline) }];
}

/** The document as it was read last. */
function knownDocument<A>(
  known: DecodedFile<A> | undefined,
  range: DocumentRange,
): DecodedDocument<A> | undefined {
  const document = known?.documents[0];
  return document?.range.bytes === known?.bytes && range.bytes !== known?.bytes
    ? document
    : undefined;
}

/** Keeps the metadata that was there when the text around the entries is the same. */
function sameMetadata<A>(
  plan: DocumentPlan<A>,
  before: DecodedDocument<A> | undefined,
  { text }: Outline,
): DocumentPlan<A> {
  return before?.outline.text === text ? { ...plan, metadata: before.metadata } : plan;
}

/**
 * A plan without errors for a file that has no agents: a search has found it, and so it is a text beside the
 * registry, as `README.md` is. What has been named must hold agents.
 */
export function passOver<A>(plan: FilePlan<A>): FilePlan<A> {
  const documents = plan.documents.map((document) => {
    if (document.plan.parsed.isWithoutAgents !== true) return document;
    const findings = document.plan.findings.map((finding) => ({
      ...finding,
      severity: "warning" as const,
      message: "This file has no front matter, and so no agent: it is passed over",
    }));
    return { ...document, plan: { ...document.plan, findings } };
  });
  return { ...plan, documents };
}

/** Whether bytes are UTF-8 without NUL. */
export function isText(bytes: Uint8Array): boolean {
  return !("problem" in decodeText(bytes));
}

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

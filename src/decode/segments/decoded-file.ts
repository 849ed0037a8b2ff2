import type { Finding } from "../report/finding.ts";
import type { ParsedDocument } from "../parse/parsed-document.ts";
import type { AgentValidator } from "../validate/agent-validator.ts";
import type { Outline } from "./outline.ts";
import type { Place, Region } from "./region.ts";
import type { DocumentRange } from "./split/document-ranges.ts";

/** A file as it was read last, taken apart and validated. */
export interface DecodedFile<A> extends ReadParts<A> {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** By which its agents were made. */
  readonly validator: AgentValidator;
  /** The documents of all parts. */
  readonly documents: readonly TakenApart<Region<A>>[];
  /** The regions of all documents, as far as their entries count: none, when something keeps it from being read. */
  readonly regions: readonly Region<A>[];
  /** Whether there is anything to report of it, of its documents, or of an entry by itself. */
  readonly hasFindings: boolean;
  /** Whether there were too many issues to look for all of them. */
  readonly isBrief: boolean;
}

/** What came of reading the parts of a file. */
export interface ReadParts<A> {
  readonly parts: readonly FilePart<TakenApart<Region<A>>>[];
  /** What keeps it from being read, each in the text of its document. Its entries are not known then. */
  readonly refusals: readonly DocumentFinding[];
}

/** A file with these parts. */
export function decodedFile<A>(
  file: Pick<DecodedFile<A>, "path" | "bytes" | "validator" | "isBrief">,
  { parts, refusals }: ReadParts<A>,
): DecodedFile<A> {
  const { path, bytes, validator, isBrief } = file;
  const documents = documentsOf({ parts });
  const regions = refusals.length > 0 ? [] : documents.flatMap(({ regions }) => regions);
  const hasFindings = refusals.length > 0 ||
    documents.some(({ findings }) => findings.length > 0) ||
    regions.some(({ segments }) => segments.chunks.some((chunk) => chunk.hasFindings));
  return { path, bytes, validator, parts, documents, regions, refusals, hasFindings, isBrief };
}

/** A part of a file, parsed by itself, and its documents that hold agents: one, if it is not the whole file. */
export interface FilePart<D> extends DocumentRange {
  readonly documents: readonly D[];
}

/** The documents of some parts. */
export function documentsOf<D>(
  { parts }: { readonly parts: readonly FilePart<D>[] },
): readonly D[] {
  return parts.flatMap(({ documents }) => documents);
}

/** A document of a file: its regions, and what it says around them. */
export interface TakenApart<R> {
  readonly outline: Outline;
  readonly parsed: ParsedDocument;
  /** The document without its agents, frozen. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly debounceMs: number | undefined;
  /** What is wrong with it but for single agents. Offsets are those of the outline. */
  readonly findings: readonly Finding[];
  readonly regions: readonly R[];
}

/** A finding, and where the text starts that its offset counts in. */
export interface DocumentFinding {
  readonly finding: Finding;
  readonly text: Place;
}

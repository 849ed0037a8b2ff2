import type { Finding } from "../report/finding.ts";
import type { ParsedDocument } from "../parse/parsed-document.ts";
import type { AgentValidator } from "../validate/agent-validator.ts";
import type { Outline } from "./outline.ts";
import type { Region } from "./region.ts";
import type { DocumentRange } from "./split/document-ranges.ts";

/** A file as it was read last, taken apart and validated. */
export interface DecodedFile<A> {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** By which its agents were made. */
  readonly validator: AgentValidator;
  readonly parts: readonly FilePart<TakenApart<Region<A>>>[];
  /** The regions of all documents, as far as their entries count: see `countedRegions`. */
  readonly regions: readonly Region<A>[];
  /** What keeps it from being read, each in the text of its document. Its entries are not known then. */
  readonly refusals: readonly DocumentFinding[];
  /** Whether there were too many issues to look for all of them. */
  readonly isBrief: boolean;
}

/** A part of a file, parsed by itself, and its documents that hold agents: one, if it is not the whole file. */
export interface FilePart<D> extends DocumentRange {
  readonly documents: readonly D[];
}

/** The documents of a file. */
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
  readonly text: FindingPlace;
}

/** A part of a file: offsets count from its start. */
export interface FindingPlace {
  readonly start: number;
  readonly end: number;
  /** How many line breaks stand before it. */
  readonly line: number;
}

/** The regions of a file whose entries count: none, when something keeps it from being read. */
export function countedRegions<A>(
  { refusals, parts }: Pick<DecodedFile<A>, "refusals" | "parts">,
): readonly Region<A>[] {
  return refusals.length > 0 ? [] : documentsOf({ parts }).flatMap(({ regions }) => regions);
}

import type { Finding } from "../report/finding.ts";
import type { ParsedDocument } from "../parse/parsed-document.ts";
import type { AgentValidator } from "../validate/agent-validator.ts";
import type { Outline } from "./outline.ts";
import type { Region } from "./region.ts";
import type { DocumentRange } from "./split-document.ts";

/** A file as it was read last, taken apart and validated. */
export interface DecodedFile<A> {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** By which its agents were made. */
  readonly validator: AgentValidator;
  readonly documents: readonly DecodedDocument<A>[];
  /** What keeps it from being read, each in the text of its document. Its entries are not known then. */
  readonly refusals: readonly DocumentFinding[];
}

/** One document of a file. */
export interface DecodedDocument<A> {
  readonly range: DocumentRange;
  readonly outline: Outline;
  readonly parsed: ParsedDocument;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly debounceMs: number | undefined;
  /** What is wrong with it but for single entries. Offsets are those of the outline. */
  readonly findings: readonly Finding[];
  readonly regions: readonly Region<A>[];
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

import type { Issue } from "./issue.ts";

/** One text, with the path that names it in issues and origins. */
export interface SourceDocument {
  /** Names the document in issues, origins and events. */
  readonly path: string;
  /** Its text, or its bytes in UTF-8. Must not change after it was handed over. */
  readonly content: string | Uint8Array;
  /** Whether a search of a directory found it; without it, the document was named by the user. */
  readonly found?: true;
}

/** What a source holds at one moment: documents, or issues in place of those it cannot give. */
export interface SourceReading {
  /** What could be read. */
  readonly documents: readonly SourceDocument[];
  /** Why the rest could not; any error among them refuses the whole reading. */
  readonly issues: readonly Issue[];
}

import type { Issue } from "./issue.ts";

/** One text, with the path that names it in issues and origins. */
export interface SourceDocument {
  /** Names the document in issues, origins and events. */
  readonly path: string;
  /** Its text, or its bytes in UTF-8. Must not change after it was handed over, until it is released. */
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
  /**
   * Gives the contents back: whoever was handed the reading does not look at them again, and the source may
   * read the next ones into the same memory. A registry calls it when it follows one YAML file by its
   * parts, and compares with a newer content. Nobody need call it: what is not released is left to the
   * garbage collector. Whoever hands one reading to several, or keeps it, leaves `release` out.
   */
  readonly release?: () => void;
}

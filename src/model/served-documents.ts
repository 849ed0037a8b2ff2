import type { SourceDocument } from "./source-reading.ts";

/** The documents behind one revision. */
export interface ServedDocuments {
  /** The revision that they became, or that they left as it was. */
  readonly revision: number;
  /**
   * All of them, as they were read. One that cannot be read at all (`onInvalid: "isolate"` keeps its
   * agents) is here as it last could be.
   */
  readonly documents: readonly SourceDocument[];
}

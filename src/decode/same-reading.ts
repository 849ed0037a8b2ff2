import { sameBytes } from "../model/bytes.ts";
import type { SourceDocument, SourceReading } from "../model/source-reading.ts";

/** Whether two readings hold the same bytes under the same paths, and the same issues. */
export function sameReading(a: SourceReading, b: SourceReading): boolean {
  return a.documents.length === b.documents.length &&
    a.issues.length === b.issues.length &&
    a.issues.every((issue, at) => issue === b.issues[at]) &&
    a.documents.every((document, at) =>
      document.path === b.documents[at]!.path &&
      sameContent(document.content, b.documents[at]!.content)
    );
}

/**
 * Whether two documents say the same, letter by letter. Of empty bytes that is not known: they may be
 * what is left of others that were given back.
 */
export function sameContent(
  a: SourceDocument["content"],
  b: SourceDocument["content"],
): boolean {
  if (a === b) return true;
  return typeof a !== "string" && typeof b !== "string" && a.byteLength > 0 && sameBytes(a, b);
}

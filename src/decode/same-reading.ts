import { sameBytes } from "../model/bytes.ts";
import type { SourceDocument, SourceReading } from "../model/source-reading.ts";

/** Whether two readings hold the same bytes under the same paths, and the same issues. */
export function sameReading(a: SourceReading, b: SourceReading): boolean {
  return a.documents.length === b.documents.length &&
    a.issues.length === b.issues.length &&
    a.issues.every((issue, at) => issue === b.issues[at]) &&
    a.documents.every((document, at) => sameDocument(document, b.documents[at]!));
}

function sameDocument(a: SourceDocument, b: SourceDocument): boolean {
  if (a.path !== b.path) return false;
  if (a.content === b.content) return true;
  if (typeof a.content === "string" || typeof b.content === "string") return false;
  return sameBytes(a.content, b.content);
}

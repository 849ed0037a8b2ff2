import { sameBytes } from "../value/bytes.ts";
import { sameValue } from "../value/same-value.ts";
import type { SourceDocument, SourceReading } from "./source-reading.ts";

/** Whether two readings gave the same documents, byte for byte, and the same issues. */
export function sameReading(a: SourceReading, b: SourceReading): boolean {
  return sameDocuments(a.documents, b.documents) && sameValue(a.issues, b.issues);
}

/** Whether two lists of documents are the same, byte for byte and in the same order. */
export function sameDocuments(
  a: readonly SourceDocument[],
  b: readonly SourceDocument[],
): boolean {
  return a.length === b.length &&
    a.every(({ path, content }, at) => path === b[at]?.path && sameContent(content, b[at].content));
}

function sameContent(a: string | Uint8Array, b: string | Uint8Array): boolean {
  if (a === b) return true;
  return typeof a !== "string" && typeof b !== "string" && sameBytes(a, b);
}

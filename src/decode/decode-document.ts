import type { Origin } from "../model/snapshot.ts";
import type { SourceDocument } from "../model/source-reading.ts";
import { decodeText } from "./decode-text.ts";
import { extractEntries } from "./extract/extract-entries.ts";
import { error, type Finding, pointerTo } from "./report/finding.ts";
import type { Layout } from "./layout.ts";
import { LineIndex } from "./report/line-index.ts";
import type { ParsedDocument } from "./parsed-document.ts";
import { isWanted, parseDocuments } from "./parse-documents.ts";
import { type Entry, noEntries, takeEntries, type TakenEntries } from "./extract/take-entries.ts";

/** A document taken apart, with what is needed to say where things stand in it. */
export interface DecodedDocument extends TakenEntries {
  readonly path: string;
  readonly lines: LineIndex;
}

/** Where an entry of a document stands. */
export function originOf({ offset, tokens }: Entry, { path, lines }: DecodedDocument): Origin {
  return Object.freeze({ path, ...lines.positionAt(offset), pointer: pointerTo(...tokens) });
}

/**
 * Takes a file apart: bytes to text to documents to entries. Whatever is wrong becomes a finding.
 * Documents that the layout does not want are left out.
 *
 * Yields now and then, but not within what a parser of YAML or of another format does.
 */
export function* decodeDocuments(
  { path, content }: SourceDocument,
  layout: Layout,
): Generator<undefined, readonly DecodedDocument[], undefined> {
  const decoded = decodeText(content);
  yield;
  const lines = new LineIndex(decoded.text);
  const broken = (...findings: readonly Finding[]): DecodedDocument => {
    return { path, lines, ...noEntries(findings) };
  };
  if ("problem" in decoded) {
    return [broken(error("bad-encoding", decoded.offset, decoded.problem))];
  }
  function* decodeOne(
    { tree, findings, single = false }: ParsedDocument,
  ): Generator<undefined, readonly DecodedDocument[], undefined> {
    if (tree === undefined) return [broken(...findings)];
    const { documents, extract } = layout;
    try {
      if (documents !== undefined && !isWanted(tree.root, documents, path)) return [];
    } catch (problem) {
      const reason = problem instanceof Error ? problem.message : String(problem);
      return [broken(error("decode-failed", 0, `The function "documents" threw: ${reason}`))];
    }
    const taken = extract === undefined
      ? yield* takeEntries({ tree, path, single }, layout)
      : extractEntries(tree, extract, path, layout);
    return [{ ...taken, path, lines, findings: [...findings, ...taken.findings] }];
  }
  const documents: DecodedDocument[] = [];
  for (const parsed of yield* parseDocuments(decoded.text, path, layout)) {
    documents.push(...yield* decodeOne(parsed));
  }
  return documents;
}

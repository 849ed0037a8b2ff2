import { deepFreeze } from "../model/deep-freeze.ts";
import { sameValue } from "../model/same-value.ts";
import type { TreeNode } from "./document-tree.ts";
import { error, type Finding } from "./report/finding.ts";
import type { Layout } from "./layout.ts";
import type { DocumentFilter, TextFormat } from "./layout-options.ts";
import { type ParsedDocument, unparsed } from "./parsed-document.ts";
import { parseFrontMatter } from "./parse-front-matter.ts";
import { parseJson } from "./parse-json.ts";
import { parseYamlDocuments } from "./parse-yaml-documents.ts";
import { isRecord } from "./validate/names-in.ts";
import { nodeOf } from "./plain-data.ts";
import { PlainTree } from "./plain-tree.ts";

/** Parses the documents of a text in the format that its path's extension says. Yields within JSON. */
export function* parseDocuments(
  text: string,
  path: string,
  layout: Layout,
): Generator<undefined, readonly ParsedDocument[], undefined> {
  const extension = extensionOf(path);
  const format = layout.formats.get(extension);
  if (format !== undefined) return [parseWith(format, text)];
  switch (extension) {
    case ".json":
      return [yield* parseJson(text)];
    case ".md":
    case ".markdown":
      return [parseFrontMatter(text, layout.body)];
    default:
      return parseYamlDocuments(text, layout.documents !== undefined);
  }
}

/** The extension of a path in lower case with its dot, or nothing. */
export function extensionOf(path: string): string {
  return /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? "";
}

/** Whether a document is one of those that hold agents. */
export function isWanted(root: TreeNode, filter: DocumentFilter, path: string): boolean {
  if (typeof filter === "function") return filter(deepFreeze(root.value()), path) === true;
  return Object.entries(filter).every(([key, wanted]) => {
    const node = root.child(key);
    if (node === undefined) return false;
    return isRecord(wanted) ? isWanted(node, wanted, path) : sameValue(node.value(), wanted);
  });
}

function parseWith(format: TextFormat, text: string): ParsedDocument {
  try {
    return { tree: new PlainTree(nodeOf(format(text))), findings: [] };
  } catch (problem) {
    return unparsed(findingOf(problem, text));
  }
}

/** Parsers of TOML, JSON5 and others say the line and the column, both 1-based. */
function findingOf(problem: unknown, text: string): Finding {
  const { line, column } = (problem ?? {}) as { line?: unknown; column?: unknown };
  const [reason = ""] = (problem instanceof Error ? problem.message : String(problem)).split("\n");
  const known = Number.isInteger(line) && Number.isInteger(column);
  const offset = known ? offsetAt(text, Number(line), Number(column)) : 0;
  return error("invalid-syntax", offset, `The document cannot be parsed: ${reason}`);
}

function offsetAt(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next === -1) break;
    start = next + 1;
  }
  return Math.min(start + Math.max(0, column - 1), text.length);
}

import { deepFreeze } from "../../model/value/deep-freeze.ts";
import { isRecord } from "../../model/value/is-record.ts";
import { sameValue } from "../../model/value/same-value.ts";
import { quote } from "../../text/quote.ts";
import type { Layout } from "../layout.ts";
import type { DocumentFilter, TextFormat } from "../layout-options.ts";
import { error, type Finding } from "../report/finding.ts";
import { nodeOf } from "../tree/plain-data.ts";
import type { TreeNode } from "../tree/tree.ts";
import { eventDocument } from "./event-document.ts";
import {
  emptyDocument,
  type ParsedDocument,
  type ParseSteps,
  unparsed,
} from "./parsed-document.ts";
import { parseFrontMatter } from "./parse-front-matter.ts";
import { parseJson } from "./parse-json.ts";
import { parseYaml } from "./parse-yaml.ts";

/** The formats of texts that are known. */
export type DocumentFormat = "yaml" | "json" | "markdown" | TextFormat;

/** The format of a document by the extension of its path, or undefined when nobody reads it. */
export function formatOf(
  path: string,
  { formats }: Pick<Layout, "formats">,
): DocumentFormat | undefined {
  const extension = extensionOf(path);
  const own = formats.get(extension);
  if (own !== undefined) return own;
  switch (extension) {
    case "":
    case ".yaml":
    case ".yml":
      return "yaml";
    case ".json":
    case ".jsonc":
      return "json";
    case ".md":
    case ".markdown":
      return "markdown";
    default:
      // What is no word behind a dot is no extension: `agents.2026-11-28`, `https://example.com:80`.
      return /^\.[a-z][a-z\d]{0,9}$/.test(extension) && !path.includes("://") ? undefined : "yaml";
  }
}

/**
 * Parses the documents of a text in the format that its path's extension says. There may be none where several
 * are looked for, and all are empty.
 */
export function* parseDocuments(
  text: string,
  path: string,
  layout: Pick<Layout, "formats" | "body" | "documents">,
): ParseSteps<readonly ParsedDocument[]> {
  const format = formatOf(path, layout);
  switch (format) {
    case "yaml":
      return yield* parseYaml(text, layout.documents === undefined);
    case "json":
      return [yield* jsonDocument(text, extensionOf(path) === ".json")];
    case "markdown":
      return [yield* parseFrontMatter(text, layout.body)];
    case undefined: {
      const message = `No format is known for the extension ${quote(extensionOf(path))}: ` +
        "registry files are .yaml, .json, .jsonc and .md, others need the option formats";
      return [unparsed(error("unknown-format", 0, message))];
    }
    default:
      return [parseWith(format, text)];
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

function* jsonDocument(text: string, isStrict: boolean): ParseSteps<ParsedDocument> {
  const { parsed, findings } = parseJson(text, isStrict);
  if (parsed === undefined) return unparsed(...findings);
  yield;
  const document = parsed.events.length === 2 ? emptyDocument() : eventDocument(parsed, 0);
  return { ...document, findings: [...findings, ...document.findings] };
}

function parseWith(format: TextFormat, text: string): ParsedDocument {
  try {
    return { root: nodeOf(format(text)), findings: [], keyFindings: [] };
  } catch (problem) {
    return unparsed(findingOf(problem, text));
  }
}

/** Parsers of TOML, JSON5 and others say the line and the column, both 1-based. */
function findingOf(problem: unknown, text: string): Finding {
  const { line, column } = (problem ?? {}) as { line?: unknown; column?: unknown };
  const [reason = ""] = (problem instanceof Error ? problem.message : String(problem)).split("\n");
  const known = Number.isInteger(line) && Number.isInteger(column);
  const offset = known ? offsetAtLine(text, Number(line), Number(column)) : 0;
  return error("invalid-syntax", offset, `The document cannot be parsed: ${reason}`);
}

function offsetAtLine(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next === -1) break;
    start = next + 1;
  }
  return Math.min(start + Math.max(0, column - 1), text.length);
}

import type { SourceDocument } from "../model/source-reading.ts";
import { decodeText } from "./decode-text.ts";
import { type DecodedYaml, decodeYaml } from "./decode-yaml.ts";
import type { Finding } from "./finding.ts";
import { LineIndex } from "./line-index.ts";

/** A document taken apart, with what is needed to say where things stand in it. */
export interface DecodedDocument extends DecodedYaml {
  readonly path: string;
  readonly lines: LineIndex;
}

/** Takes a document apart: bytes to text to entries. Whatever is wrong becomes a finding. */
export function decodeDocument({ path, content }: SourceDocument): DecodedDocument {
  const decoded = decodeText(content);
  const lines = new LineIndex(decoded.text);
  if (!("problem" in decoded)) return { path, lines, ...decodeYaml(decoded.text) };
  const { problem: message, offset } = decoded;
  const finding: Finding = { code: "bad-encoding", severity: "error", message, offset };
  return { path, lines, entries: [], around: {}, findings: [finding], offsetOf: () => 0 };
}

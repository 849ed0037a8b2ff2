import type { SourceDocument } from "../../model/report/source-reading.ts";
import { decodeText } from "../parse/decode-text.ts";
import { type ParsedDocument, unparsed } from "../parse/parsed-document.ts";
import { error } from "../report/finding.ts";
import { nextLine } from "./split/byte-lines.ts";

/** Whether bytes are UTF-8 without NUL, looked at some lines at a time. */
export function* isText(bytes: Uint8Array): Generator<undefined, boolean, unknown> {
  for (let from = 0, to = 0; from < bytes.length; from = to) {
    to = nextLine(bytes, Math.min(from + TEXT_STEP, bytes.length), bytes.length);
    if ("problem" in decodeText(bytes.subarray(from, to), from === 0)) return false;
    yield;
  }
  return true;
}

/** After how many bytes it pauses. */
const TEXT_STEP = 256 * 1024;

/** The content of a document as bytes. */
export function bytesOf({ content }: SourceDocument): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** Why a text cannot be written as UTF-8, if so. */
export function surrogateProblem({ content }: SourceDocument): ParsedDocument | undefined {
  if (typeof content !== "string" || content.isWellFormed()) return undefined;
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
  const message = "Half of a surrogate pair stands here: the text cannot be written as UTF-8";
  return unparsed(error("bad-encoding", Math.max(0, content.search(lone)), message));
}

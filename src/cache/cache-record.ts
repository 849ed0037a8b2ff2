import { createHash } from "node:crypto";
import type { SourceDocument } from "../model/report/source-reading.ts";

/** What a cache holds: documents that were good, and where they came from. */
export interface CacheRecord {
  /** The name of the source that gave them. */
  readonly input: string;
  readonly savedAt: Date;
  readonly documents: readonly SourceDocument[];
}

/** The start of every text that holds a record, whatever its version. */
export const CACHE_MAGIC = '{"format":"agent-registry-cache",';
const VERSION = 1;

/** Writes a record as one JSON object, with a checksum over its content. */
export function encodeRecord({ input, savedAt, documents }: CacheRecord): string {
  const texts = documents.map(({ path, content }) => ({ path, content: toText(content) }));
  const origin = { input, savedAt: savedAt.toISOString() };
  const head = { format: "agent-registry-cache", version: VERSION, ...origin };
  const checksum = checksumOf(origin.input, origin.savedAt, texts);
  return `${JSON.stringify({ ...head, checksum, documents: texts })}\n`;
}

/** Reads a record, or returns a sentence that says why the text cannot be used. */
export function decodeRecord(text: string): CacheRecord | string {
  const value = parse(text);
  if (!isObject(value) || value["format"] !== "agent-registry-cache") return "It holds no cache";
  const { version, input, savedAt, checksum, documents } = value;
  if (version !== VERSION) return `It has format version ${version}, expected ${VERSION}`;
  if (typeof input !== "string" || !isDate(savedAt) || !isTexts(documents)) {
    return "It is incomplete";
  }
  if (checksum !== checksumOf(input, savedAt, documents)) return "Its checksum does not match";
  return { input, savedAt: new Date(savedAt), documents };
}

interface Text {
  readonly path: string;
  readonly content: string;
}

function checksumOf(input: string, savedAt: string, documents: readonly Text[]): string {
  const hash = createHash("sha256");
  const parts = [input, savedAt, ...documents.flatMap(({ path, content }) => [path, content])];
  // With its length before it, no text can take a part of the next.
  for (const text of parts) hash.update(`${text.length}:`).update(text);
  return `sha256:${hash.digest("hex")}`;
}

/** What was applied is UTF-8; a byte order mark is kept as it is. */
function toText(content: string | Uint8Array): string {
  return typeof content === "string"
    ? content
    : new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isTexts(value: unknown): value is readonly Text[] {
  return Array.isArray(value) &&
    value.every((member) =>
      isObject(member) && typeof member["path"] === "string" &&
      typeof member["content"] === "string"
    );
}

function isDate(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

import type { Issue } from "../model/report/issue.ts";
import type { SourceDocument, SourceReading } from "../model/report/source-reading.ts";

/**
 * Checks what a source gave: one written in JavaScript may pass on whatever a server sent.
 *
 * @throws {TypeError} if it is not a reading; the message says what is expected
 */
export function checkReading(given: unknown): SourceReading {
  if (!isObject(given) || !Array.isArray(given["documents"])) {
    throw new TypeError("Expected it to emit { documents: [...], issues: [...] }");
  }
  const { documents, issues = [] } = given;
  if (!documents.every(isDocument)) {
    throw new TypeError(
      "Expected each document to be { path: string, content: string | Uint8Array }",
    );
  }
  if (!Array.isArray(issues) || !issues.every(isIssue)) {
    throw new TypeError("Expected `issues` to be a list of issues");
  }
  return { documents, issues };
}

/** Whether a value can be shown as an issue, whoever made it. */
export function isIssue(value: unknown): value is Issue {
  return isObject(value) &&
    ["code", "severity", "message", "path"].every((field) => typeof value[field] === "string");
}

/** Whether a value is a document that can be decoded. */
export function isDocument(value: unknown): value is SourceDocument {
  return isObject(value) && typeof value["path"] === "string" &&
    (typeof value["content"] === "string" || value["content"] instanceof Uint8Array);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

import type { IssueCode } from "../../src/model/report/issue.ts";

/** Every code that decoding may give. */
export const CODES: readonly IssueCode[] = [
  "yaml-syntax",
  "several-documents",
  "json-extension",
  "yaml-version",
  "unknown-tag",
  "unknown-format",
  "loose-text",
  "invalid-key",
  "inexact-number",
  "duplicate-key",
  "duplicate-agent",
  "missing-agents",
  "invalid-agents",
  "invalid-agent",
  "missing-field",
  "unknown-variable",
  "unknown-reference",
  "invalid-config",
  "id-mismatch",
  "confusable-id",
  "alias-limit",
  "too-deep",
  "bad-encoding",
  "more-issues",
];

import { errorText } from "./error-text.ts";
import type { Issue } from "./issue.ts";

/** Stands for the path where an issue is about the source as a whole. */
export const SOURCE_PATH = "(source)";

/** An issue about the source as a whole, or about what is done with a reading of it. */
export function sourceIssue(
  code: Issue["code"],
  severity: Issue["severity"],
  what: string,
  error: unknown,
): Issue {
  const message = `${what}: ${errorText(error)}`;
  return Object.freeze({ code, severity, message, path: SOURCE_PATH });
}

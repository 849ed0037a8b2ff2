import type { IssueCode } from "../../model/report/issue.ts";

/** Why a URL gave no document. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly code: IssueCode;
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(code: IssueCode, message: string, retryAfterMs = 0) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Turns what `fetch` throws, which each runtime words in its own way, into a failure. */
export function toHttpFailure(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  return new HttpFailure("http-failed", `The request fails: ${reasonOf(error)}`);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && (cause.message !== "" || cause.cause !== undefined)) {
    return reasonOf(cause);
  }
  const text = error instanceof Error ? error.message : String(error);
  return text
    // A query may be secret.
    .replace(/https?:\/\/[^\s)]*/g, (url) => URL.canParse(url) ? new URL(url).origin : "")
    // Bun adds advice on how to call it.
    .replace(/\. For more information, .*$/s, "")
    .replace(/\s*\n\s*/g, " ");
}

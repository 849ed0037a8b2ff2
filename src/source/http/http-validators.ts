/** How a server can be asked whether the document at a URL is still the same. */
export interface HttpValidators {
  readonly url: string;
  readonly headers: Headers;
}

/** How much later than the last change an answer must be for validators to be trusted, in milliseconds. */
const TRUSTED_AFTER_MS = 1_000;

/**
 * Takes the validators out of an answer, unless they may not tell two edits within one second apart:
 * `Last-Modified` counts in seconds, and many servers make their `ETag` of it (RFC 9110, 8.8.2.2).
 */
export function validatorsOf(url: string, answer: Headers): HttpValidators | undefined {
  const modified = answer.get("last-modified");
  const etag = answer.get("etag");
  if (modified !== null) {
    const age = Date.parse(answer.get("date") ?? "") - Date.parse(modified);
    if (!(age > TRUSTED_AFTER_MS)) return undefined;
  }
  const headers = new Headers();
  if (etag !== null) headers.set("if-none-match", etag);
  if (modified !== null) headers.set("if-modified-since", modified);
  return etag === null && modified === null ? undefined : { url, headers };
}

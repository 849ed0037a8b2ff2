import { Observable, throwError, timeout } from "rxjs";
import { readBody } from "./http-body.ts";
import { monitorOf } from "./http-events.ts";
import { HttpFailure } from "./http-failure.ts";
import { type Fetch, request } from "./http-request.ts";
import { type HttpValidators, validatorsOf } from "./http-validators.ts";
import { retryAfterMs } from "./http-wait.ts";

/** Header fields by name. */
export type HttpHeaders = Readonly<Record<string, string>>;

/** How a document is asked for. */
export interface HttpCheckOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly headers: () => HttpHeaders | Promise<HttpHeaders>;
  readonly fetch: Fetch;
}

/** A document, and how to ask whether it is still the same. */
export interface HttpContent {
  readonly content: Uint8Array;
  readonly validators: HttpValidators | undefined;
  /** Where the server tells of changes, if it does. */
  readonly monitor: URL | undefined;
}

/**
 * Asks once for the document at a URL. Emits once, what it is, or undefined when it is still the same as
 * the validators say; then completes. Errors with whatever went wrong. To unsubscribe ends the request.
 */
export function httpCheck$(
  url: URL,
  validators: HttpValidators | undefined,
  options: HttpCheckOptions,
): Observable<HttpContent | undefined> {
  const { timeoutMs } = options;
  return new Observable<HttpContent | undefined>((subscriber) => {
    const controller = new AbortController();
    let isOver = false;
    ask(url, validators, options, controller.signal).then(
      (content) => {
        isOver = true;
        subscriber.next(content);
        subscriber.complete();
      },
      (error: unknown) => {
        isOver = true;
        subscriber.error(error);
      },
    );
    return () => isOver || controller.abort();
  }).pipe(timeout({
    first: timeoutMs,
    with: () =>
      throwError(() => new HttpFailure("http-failed", `No whole answer within ${timeoutMs} ms`)),
  }));
}

async function ask(
  url: URL,
  validators: HttpValidators | undefined,
  { headers, fetch, maxBytes }: HttpCheckOptions,
  signal: AbortSignal,
): Promise<HttpContent | undefined> {
  const wanted = {
    url,
    headers: new Headers(await headers()),
    conditions: validators,
    fetch,
    signal,
  };
  const answer = await request(wanted);
  const { response } = answer;
  if (response.status === 200) {
    const content = await readBody(response, maxBytes);
    const { url, response: { headers } } = answer;
    return { content, validators: validatorsOf(url, headers), monitor: monitorOf(url, headers) };
  }
  await response.body?.cancel();
  if (response.status === 304 && answer.conditional) return undefined;
  throw statusFailure(response);
}

function statusFailure({ status, headers }: Response): HttpFailure {
  const message = `The server answers with status ${status}${hintFor(status)}`;
  return new HttpFailure("http-status", message, retryAfterMs(headers, Date.now()));
}

/** What the status means, and what to do about it. */
function hintFor(status: number): string {
  switch (status) {
    case 304:
      return " (not modified) to a request without conditions";
    case 401:
    case 403:
      return " (not allowed): check the option `headers`";
    case 404:
    case 410:
      return " (not found): check the URL";
    case 429:
      return " (too many requests): raise the option `pollMs`";
    default:
      return "";
  }
}

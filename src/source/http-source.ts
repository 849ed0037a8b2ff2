import { combineLatest, distinctUntilChanged, forkJoin, map, merge } from "rxjs";
import type { HttpCheckOptions, HttpHeaders } from "./http/http-check.ts";
import { HttpDocument, type HttpReading } from "./http/http-document.ts";
import { toHttpTargets } from "./http/http-target.ts";
import { MAX_BYTES } from "./max-bytes.ts";
import { MAX_TIMER_MS, positive } from "./positive.ts";
import type { RegistrySource, SourceChange } from "./registry-source.ts";
import type { SourceReading } from "../model/report/source-reading.ts";

/** What only URLs have. */
export interface HttpSourceOptions {
  /**
   * How often to ask whether a document has changed, in milliseconds, give or take a tenth. After
   * failures it is less often: up to a minute between two questions, or what `Retry-After` asks for, up
   * to an hour.
   * @default 30_000
   */
  readonly pollMs?: number | undefined;
  /** How long a whole answer may take, redirects and body included, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number | undefined;
  /** The largest document that is read, in bytes, after decompression. @default 67_108_864 (64 MiB) */
  readonly maxBytes?: number | undefined;
  /**
   * Headers for every request, or a function that gives them for each, as for a token that is renewed.
   * They are not sent along with a redirect to another origin.
   * @default none
   */
  readonly headers?: HttpHeaders | (() => HttpHeaders | Promise<HttpHeaders>) | undefined;
  /**
   * Takes the place of the runtime's `fetch`, as for a proxy or client certificates. It must honor
   * `redirect: "manual"` and `signal`.
   * @default globalThis.fetch
   */
  readonly fetch?: ((url: URL, init: RequestInit) => Promise<Response>) | undefined;
}

/**
 * Makes a source of documents at http and https URLs. `openRegistry` makes one itself when it is given
 * such URLs.
 *
 * It polls with `If-None-Match` and `If-Modified-Since`: an answer of 304, or one with the same bytes, is
 * no news. Whatever else than a whole answer of 200 comes is an issue, `http-status`, `http-failed`,
 * `http-redirect` or `too-large`, that says since when, and the last good documents stay.
 *
 * Where an answer names a stream of server-sent events that tells of changes (`Link: <…>; rel="monitor"`,
 * as `GET /agents` of `serveRegistry` does), that stream replaces the polls for as long as it is there.
 *
 * Redirects are followed, but not from https to http, and not from the Internet into a private network.
 *
 * Documents are named by their URL without user, password, query and fragment, which may be secret. A
 * user and password in a URL are sent as `Authorization`.
 *
 * Needs network access to the hosts; under Deno `--allow-net`.
 *
 * @param urls one or more http or https URLs
 * @throws {TypeError} if there is no URL, one is not of http or https, or a header is invalid
 * @throws {RangeError} if `pollMs`, `timeoutMs` or `maxBytes` is not a positive number
 *
 * @example
 * ```ts
 * import { httpSource, openRegistry } from "@agent-registry/rx";
 *
 * const source = httpSource("https://example.com/agents.yaml", {
 *   pollMs: 10_000,
 *   headers: () => ({ authorization: `Bearer ${"a token that is renewed"}` }),
 *   fetch: () => Promise.resolve(new Response("agents: {}")),
 * });
 * await using registry = await openRegistry(source);
 * console.assert(registry.snapshot.agents.size === 0);
 * ```
 */
export function httpSource(
  urls: string | URL | readonly (string | URL)[],
  options: HttpSourceOptions = {},
): RegistrySource {
  const settings = toSettings(options);
  const pollMs = positive("pollMs", options.pollMs ?? 30_000, MAX_TIMER_MS);
  const targets = toHttpTargets([urls].flat(), settings.headers);
  if (targets.length === 0) throw new TypeError("Expected at least one URL, got an empty list");
  const documents = targets.map(({ url, path, headers }) =>
    new HttpDocument(url, path, { ...settings, headers, pollMs })
  );
  const watching$ = combineLatest(documents.map(({ isTold$ }) => isTold$)).pipe(
    map((told) => told.every((isTold) => isTold) ? "events" as const : "polling" as const),
    distinctUntilChanged(),
    map((by): SourceChange => ({ type: "watching", by, issues: [] })),
  );
  return {
    name: targets.map(({ path }) => path).join(", "),
    change$: merge(watching$, ...documents.map((document) => document.change$())),
    read: () => forkJoin(documents.map((document) => document.read$())).pipe(map(toReading)),
  };
}

function toReading(readings: readonly HttpReading[]): SourceReading {
  return {
    documents: readings.flatMap((reading) => "document" in reading ? [reading.document] : []),
    issues: readings.flatMap((reading) => "issue" in reading ? [reading.issue] : []),
  };
}

function toSettings(options: HttpSourceOptions): HttpCheckOptions {
  const { headers = {} } = options;
  const fetch = options.fetch ?? globalThis.fetch;
  if (typeof fetch !== "function") {
    throw new TypeError(`Expected fetch to be a function, got ${typeof fetch}`);
  }
  if (typeof headers === "object") checkHeaders(headers);
  return {
    timeoutMs: positive("timeoutMs", options.timeoutMs ?? 30_000, MAX_TIMER_MS),
    maxBytes: positive("maxBytes", options.maxBytes ?? MAX_BYTES),
    headers: typeof headers === "function" ? headers : () => headers,
    fetch: (url, init) => fetch(url, init),
  };
}

/** Names the header that is wrong; what it says may be secret. */
function checkHeaders(headers: HttpHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      new Headers([[name, value]]);
    } catch {
      throw new TypeError(`Expected header "${name}" to have a valid name and value`);
    }
  }
}

import { Observable } from "rxjs";
import type { ConnectOptions, HeaderFields } from "./connect-options.ts";
import { RefusedError } from "./refused-error.ts";

/** The longest that a server may ask to wait, in milliseconds. */
const MAX_RETRY_AFTER_MS = 300_000;

/** The addresses of a server, and how it is asked. */
export class RegistryServer {
  readonly #url: URL;
  readonly #options: ConnectOptions;

  /** @throws {TypeError} if it is no http: or https: URL */
  constructor(url: string | URL, options: ConnectOptions) {
    const base = (globalThis as { location?: { href?: string } }).location?.href;
    if (!URL.canParse(String(url), base)) {
      throw new TypeError(`Expected the URL of a server, got ${JSON.stringify(String(url))}`);
    }
    this.#url = new URL(String(url), base);
    if (!/^https?:$/.test(this.#url.protocol)) {
      throw new TypeError(`Expected an http: or https: URL, got ${this.#url.protocol}`);
    }
    this.#url.hash = "";
    if (!this.#url.pathname.endsWith("/")) this.#url.pathname += "/";
    this.#options = options;
  }

  /** The address, for people: what may be a secret in it is left out. */
  get address(): string {
    return `${this.#url.origin}${this.#url.pathname}`;
  }

  /** A name for all who follow this address with the same headers, of which it tells nothing. */
  async sharedName(): Promise<string> {
    const key = JSON.stringify([this.#url.href, await this.#headers()]);
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
    return `agent-registry ${[...new Uint8Array(hash)].map((byte) => byte.toString(16)).join("")}`;
  }

  /** Asks for the stream of events after one. */
  events(lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    const from: Record<string, string> = lastEventId === undefined
      ? {}
      : { "last-event-id": lastEventId };
    return this.#ask("events", "text/event-stream", from, signal);
  }

  /** Asks for everything, when it is subscribed. */
  get snapshot$(): Observable<string> {
    return new Observable((subscriber) => {
      const gone = new AbortController();
      this.#ask("snapshot", "application/json", {}, gone.signal)
        .then((response) => response.text())
        .then((text) => {
          subscriber.next(text);
          subscriber.complete();
        }, (error: unknown) => subscriber.error(error));
      return () => gone.abort();
    });
  }

  async #headers(): Promise<HeaderFields> {
    const { headers = {} } = this.#options;
    return typeof headers === "function" ? await headers() : headers;
  }

  async #ask(
    path: string,
    type: string,
    fields: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Response> {
    const url = new URL(path, this.#url);
    url.search = this.#url.search;
    const headers = { ...await this.#headers(), ...fields, accept: type };
    const init = { headers, signal, cache: "no-store" } as RequestInit;
    const request = new Request(url, init);
    const response = await (this.#options.fetch ?? fetch)(request);
    const found = (response.headers.get("content-type") ?? "nothing").split(";")[0]!;
    if (response.ok && found === type && response.body !== null) return response;
    await response.body?.cancel();
    if (response.ok) {
      throw new RefusedError(
        `expected ${type}, got ${found}: is it the address that serveRegistry is at?`,
      );
    }
    const { status, statusText } = response;
    throw new RefusedError(
      `the server answered ${status} ${statusText}`.trim(),
      retryAfterMsOf(response.headers.get("retry-after")),
    );
  }
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMsOf(text: string | null): number {
  if (text === null) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0;
}

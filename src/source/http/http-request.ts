import { isPrivateHost } from "./http-address.ts";
import { HttpFailure } from "./http-failure.ts";
import type { HttpValidators } from "./http-validators.ts";

/** What is used of the runtime's `fetch`. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/** One question to a server. */
export interface HttpRequest {
  readonly url: URL;
  /** The user's headers: only the server that they are meant for gets them. */
  readonly headers: Headers;
  /** Asks only for what is new. */
  readonly conditions: HttpValidators | undefined;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** An answer, and the URL that it came from in the end. */
export interface HttpAnswer {
  readonly response: Response;
  readonly url: string;
  /** Whether it was asked only for what is new. */
  readonly conditional: boolean;
}

const ACCEPT = "application/yaml, application/json;q=0.9, text/*;q=0.8, */*;q=0.5";
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 10;

/**
 * Asks, and follows redirects: not from https to http, and not from the Internet into a private
 * network.
 *
 * @throws {HttpFailure} if a redirect is not to be followed
 */
export async function request(wanted: HttpRequest): Promise<HttpAnswer> {
  let url = wanted.url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const conditional = wanted.conditions?.url === url.href;
    const response = await wanted.fetch(url, {
      headers: headersFor(url, wanted),
      redirect: "manual",
      signal: wanted.signal,
    });
    const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
    if (location === null) return { response, url: url.href, conditional };
    await response.body?.cancel();
    url = await redirected(url, location, wanted.url);
  }
  throw new HttpFailure("http-redirect", `More than ${MAX_REDIRECTS} redirects`);
}

function headersFor(url: URL, { url: first, headers, conditions }: HttpRequest): Headers {
  const all = new Headers({ accept: ACCEPT });
  if (url.origin === first.origin) headers.forEach((value, name) => all.set(name, value));
  if (conditions?.url === url.href) {
    conditions.headers.forEach((value, name) => all.set(name, value));
  }
  return all;
}

async function redirected(from: URL, location: string, first: URL): Promise<URL> {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to?.protocol !== "https:" && to?.protocol !== "http:") {
    throw new HttpFailure("http-redirect", "A redirect that leads to no http or https URL");
  }
  if (from.protocol === "https:" && to.protocol === "http:") {
    throw new HttpFailure("http-redirect", `A redirect from https to http, to ${to.host}`);
  }
  if (to.host !== from.host && await isPrivateHost(to.hostname)) {
    if (!await isPrivateHost(first.hostname)) {
      throw new HttpFailure("http-redirect", `A redirect into a private network, to ${to.host}`);
    }
  }
  to.username = to.password = to.hash = "";
  return to;
}

import type { HttpHeaders } from "./http-check.ts";

/** A URL to ask, how its document is named, and the headers it is asked with. */
export interface HttpTarget {
  readonly url: URL;
  readonly path: string;
  readonly headers: () => Promise<HttpHeaders>;
}

/** Whether an input is an http or https URL. */
export function isHttpUrl(input: unknown): input is string | URL {
  return /^https?:\/\//i.test(input instanceof URL ? input.href : String(input));
}

/**
 * Makes targets of URLs. Their names do without what may be secret, and so can be alike: then the second
 * is told apart by `#2`.
 *
 * @throws {TypeError} if one is not an http or https URL
 */
export function toHttpTargets(
  urls: readonly (string | URL)[],
  headers: () => HttpHeaders | Promise<HttpHeaders>,
): readonly HttpTarget[] {
  const times = new Map<string, number>();
  return urls.map((input) => {
    const url = toUrl(input);
    const authorization = authorizationOf(url);
    url.username = url.password = url.hash = "";
    const name = `${url.origin}${url.pathname}`;
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return {
      url,
      path: time === 1 ? name : `${name}#${time}`,
      headers: async () => ({ ...authorization, ...await headers() }),
    };
  });
}

function toUrl(input: string | URL): URL {
  if (isHttpUrl(input) && URL.canParse(String(input))) return new URL(input);
  // Not the whole of it, which may hold a password.
  const start = String(input).split(":", 1)[0];
  throw new TypeError(`Expected an http or https URL, got one that starts with "${start}"`);
}

/** `fetch` refuses URLs with a user and password in them. */
function authorizationOf({ username, password }: URL): HttpHeaders {
  if (username === "" && password === "") return {};
  const pair = [username, password].map(decodeURIComponent).join(":");
  const bytes = new TextEncoder().encode(pair);
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` };
}

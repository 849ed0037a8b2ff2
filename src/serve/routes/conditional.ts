/**
 * Answers with a body that a client may have already: 304 if it says so. The body is made only if it is
 * sent.
 */
export function conditional(
  request: Request,
  tag: string,
  type: string,
  body: () => string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const etag = `"${tag}"`;
  const common = { etag, "cache-control": "private, no-cache", vary: "authorization", ...headers };
  if (hasTag(request.headers.get("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers: common });
  }
  return new Response(body(), { headers: { ...common, "content-type": type } });
}

/** Proxies that compress make a tag a weak one (RFC 9110, 13.1.2). */
function hasTag(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").map((tag) => tag.trim().replace(/^W\//, "")).some((tag) =>
    tag === etag || tag === "*"
  );
}

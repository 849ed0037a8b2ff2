import { timingSafeEqual } from "hono/utils/buffer";

/**
 * Lets requests in that carry a token: as `Authorization: Bearer <token>`, or as the password of Basic
 * authentication, which is what browsers ask a person for. Compares in constant time.
 */
export function tokenAuthorizer(token: string): (request: Request) => Promise<boolean> {
  return (request) => timingSafeEqual(tokenOf(request.headers.get("authorization") ?? ""), token);
}

function tokenOf(authorization: string): string {
  const [, scheme = "", credentials = ""] = /^(\w+) +(\S+) *$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === "bearer") return credentials;
  return scheme.toLowerCase() === "basic" ? passwordOf(credentials) : "";
}

function passwordOf(credentials: string): string {
  try {
    const bytes = Uint8Array.from(atob(credentials), (char) => char.charCodeAt(0));
    const text = new TextDecoder().decode(bytes);
    return text.slice(text.indexOf(":") + 1);
  } catch {
    return "";
  }
}

import type { Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import { hasForeignHost, hasForeignOrigin } from "./foreign-request.ts";
import { problem } from "./problem.ts";
import type { ServeOptions } from "../serve-options.ts";
import { tokenAuthorizer } from "../token-authorizer.ts";

/** The longest URL that is answered, in characters. */
const MAX_URL = 4_096;

/** What every request has to pass before anything is looked up for it. */
export function addRequestChecks(routes: Hono, options: ServeOptions): void {
  const { hosts, token, authorize, cors: origins = [] } = options;
  const hasToken = token === undefined ? undefined : tokenAuthorizer(token);

  routes.use(methodNotAllowed({
    app: routes,
    onMethodNotAllowed: (_, methods) => {
      const allow = methods.join(", ");
      return problem(405, "Method not allowed", `Expected ${allow}`, { allow });
    },
  }));
  routes.use(async (context, next) => {
    await next();
    context.res.headers.set("x-content-type-options", "nosniff");
    context.res.headers.set("referrer-policy", "no-referrer");
  });
  routes.use(async ({ req: { raw } }, next) => {
    if (hasForeignHost(raw, hosts)) {
      return problem(421, "Foreign host", "This server answers by its own names only");
    }
    if (raw.url.length > MAX_URL) {
      return problem(414, "URL too long", `Expected at most ${MAX_URL} characters`);
    }
    return await next();
  });
  if (origins.length > 0) {
    routes.use(cors({
      origin: [...origins],
      allowMethods: ["GET", "HEAD", "POST"],
      allowHeaders: ["authorization", "content-type", "if-none-match", "last-event-id"],
      exposeHeaders: ["etag", "retry-after"],
      maxAge: 600,
    }));
  }
  routes.use(async ({ req: { raw } }, next) => {
    if (hasToken !== undefined && !await hasToken(raw)) return unauthorized();
    const answer = await authorize?.(raw) ?? true;
    if (answer instanceof Response) return answer;
    if (!answer) return unauthorized();
    if (raw.method === "POST" && hasForeignOrigin(raw, origins)) {
      return problem(403, "Foreign origin", "Pages of other sites may not change the registry");
    }
    return await next();
  });
}

function unauthorized(): Response {
  const detail = "Expected a valid Authorization header";
  // A browser asks a person for a password, which is the token.
  const challenge = 'Bearer realm="agent-registry", Basic realm="agent-registry", charset="UTF-8"';
  return problem(401, "Unauthorized", detail, { "www-authenticate": challenge });
}

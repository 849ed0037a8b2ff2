/**
 * Serve a registry over HTTP: as JSON, as server-sent events for `connectRegistry`, and as a page for
 * people. Needs `hono`, which is an optional peer: nothing else of this package does.
 *
 * @example
 * ```ts
 * import { openRegistry } from "@agent-registry/rx";
 * import { serveRegistry } from "@agent-registry/rx/serve";
 *
 * await using registry = await openRegistry("examples/agent_registry.yaml");
 * const handle = serveRegistry(registry);
 * const response = await handle(new Request("http://localhost/agents?category=production"));
 * console.assert(response.status === 200);
 * ```
 *
 * @module @agent-registry/rx/serve
 */

import { Hono } from "hono";
import { toLogger } from "../logging/logger.ts";
import { Followers } from "./followers.ts";
import { problem } from "./routes/problem.ts";
import { Redaction } from "./routes/redaction.ts";
import { RegistryFeed } from "./feed/registry-feed.ts";
import { addReadRoutes } from "./routes/read-routes.ts";
import { addRequestChecks } from "./routes/request-checks.ts";
import { checkServeOptions, type ServeOptions } from "./serve-options.ts";
import type { ServedRegistry } from "./served-registry.ts";
import { addWriteRoutes } from "./routes/write-routes.ts";

export type { ServedRegistry, ServeOptions };

/** Answers requests for a registry: what `Deno.serve`, `Bun.serve({ fetch })` and srvx take. */
export interface RegistryHandler extends Disposable {
  /** Answers one request. Never rejects. */
  (request: Request): Promise<Response>;
  /** The same as an app of Hono, to be mounted: `app.route("/agents", handler.routes)`. */
  readonly routes: Hono;
  /** Ends all event streams, so that the server can be closed. Requests are still answered. */
  close(): void;
}

/**
 * Serves a registry over HTTP.
 *
 * | | |
 * |---|---|
 * | `GET /` | the console page |
 * | `GET /agents?category=…&tags=…&q=…` | the agents, all or those that a query asks for |
 * | `GET /agents/{id}` | one agent, and where it stands |
 * | `GET /status`, `GET /history` | how the registry is doing, and what its last reloads changed |
 * | `GET /events`, `GET /snapshot` | what `connectRegistry` follows: see docs/protocol.md |
 * | `GET /healthz` | 200 while the registry is in sync, else 503 with the reason |
 * | `GET /metrics` | with the option `metrics` |
 * | `GET /openapi.json` | all of this, for machines |
 * | `POST /reload`, `POST /rollback` | with `write: true` |
 *
 * Answers carry an `ETag`, errors are problem details (RFC 9457). The event streams end when the registry
 * is closed.
 *
 * @param registry an open registry, or one that `connectRegistry` follows
 * @param options see {@linkcode ServeOptions}
 * @throws {TypeError} if an option is not of its type
 * @throws {RangeError} if an option is out of its range
 *
 * @example Below a path of an app of your own
 * ```ts
 * import { Hono } from "hono";
 * import { openRegistry } from "@agent-registry/rx";
 * import { serveRegistry } from "@agent-registry/rx/serve";
 *
 * await using registry = await openRegistry("examples/agent_registry.yaml");
 * const app = new Hono();
 * app.route("/registry", serveRegistry(registry, { redact: ["api_key"] }).routes);
 * const response = await app.request("/registry/status");
 * console.assert((await response.json()).inSync);
 * ```
 */
export function serveRegistry<A extends object>(
  registry: ServedRegistry<A>,
  options: ServeOptions = {},
): RegistryHandler {
  checkServeOptions(options);
  const { redact = [], frames = true, write = false, base = "" } = options;
  const { maxFollowers = 1_000, heartbeatMs = 8_000 } = options;
  if (write && (registry.reload === undefined || registry.rollback === undefined)) {
    throw new TypeError(
      "Expected a registry of openRegistry for `write`: this one can only be read",
    );
  }
  const redaction = new Redaction(redact, frames);
  const feed = new RegistryFeed(registry, { redaction, heartbeatMs, write });
  const followers = new Followers(feed, { maxFollowers, heartbeatMs });
  const logger = toLogger(options.logger);

  const routes = new Hono().basePath(base === "" ? "/" : base);
  routes.onError((error) => {
    logger.error("A request for the registry failed", { err: error });
    return problem(500, "The request failed", "The log of the server says why");
  });
  routes.notFound(() => problem(404, "Not found", "GET /openapi.json says what there is"));
  addRequestChecks(routes, options);
  addReadRoutes(routes, { feed, followers, write, metrics: options.metrics });
  addWriteRoutes(routes, { registry, feed, write });

  const close = (): void => followers.close();
  const handle = async (request: Request): Promise<Response> => await routes.fetch(request);
  return Object.assign(handle, { routes, close, [Symbol.dispose]: close });
}

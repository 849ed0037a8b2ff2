import type { Context, Hono } from "hono";
import { AgentNotFoundError } from "../../model/agent/agent-not-found-error.ts";
import { summarizeIssues } from "../../model/report/issue.ts";
import { agentsFor } from "./agent-query.ts";
import { conditional } from "./conditional.ts";
import { CONSOLE_PAGE } from "../console-page.ts";
import type { Followers } from "../followers.ts";
import { historyEntries } from "../history-changes.ts";
import { openApi } from "./open-api.ts";
import { problem } from "./problem.ts";
import type { RegistryFeed } from "../feed/registry-feed.ts";
import { toJson } from "./to-json.ts";

const JSON_TYPE = "application/json";
const HTML_TYPE = "text/html";

/** The page runs its own files only, and what it shows of the registry can do nothing. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What comes after the slash that the path of the page ends in: nothing. */
const NOTHING = "/:nothing{.{0}}";

/** What the routes read from. */
export interface ReadRoutesOptions<A extends object> {
  readonly feed: RegistryFeed<A>;
  readonly followers: Followers<A>;
  readonly write: boolean;
  readonly metrics: (() => string | Promise<string>) | undefined;
}

/** Adds what can be read. Hono answers HEAD as it does GET. */
export function addReadRoutes<A extends object>(
  routes: Hono,
  { feed, followers, write, metrics }: ReadRoutesOptions<A>,
): void {
  const json = (context: Context, tag: string, body: () => string): Response =>
    conditional(context.req.raw, tag, JSON_TYPE, body);
  const revisionTag = (): string => `${feed.instance}:${feed.snapshot.revision}`;
  const versionTag = (): string => `${feed.instance}:v${feed.position.version}`;

  /** @param added what is told beside the agents and what stands around them in the file */
  const agents = ({ req: { raw } }: Context, added: object = {}): Response => {
    const { snapshot } = feed;
    const found = agentsFor(snapshot, new URL(raw.url).searchParams);
    if (typeof found === "string") return problem(400, "Query too long", found);
    // It is a registry file again, which others can follow and validate.
    const body = (): string => toJson({ ...snapshot.document, ...added, agents: found });
    // Where changes are told (RFC 5989): whoever follows this as a source need not poll.
    const headers = { link: '<events>; rel="monitor"', vary: "accept, authorization" };
    return conditional(raw, revisionTag(), JSON_TYPE, body, headers);
  };

  addConsolePage(routes, feed.instance, agents);
  routes.get("/agents", (context) => agents(context, { revision: feed.snapshot.revision }));

  routes.get("/agents/:id{.+}", (context) => {
    const id = context.req.param("id");
    const { snapshot } = feed;
    const agent = snapshot.get(id);
    if (agent === undefined) {
      const { message } = new AgentNotFoundError(id, snapshot.agents.keys());
      return problem(404, "No such agent", message);
    }
    const [origin, stale] = [snapshot.origins.get(id), snapshot.stale.get(id)];
    return json(
      context,
      revisionTag(),
      () => toJson({ revision: snapshot.revision, agent, origin, stale }),
    );
  });

  routes.get("/status", (context) =>
    json(context, versionTag(), () => {
      const { instance, status, lastReload } = feed;
      return toJson({ instance, write, ...status, lastReload });
    }));

  routes.get(
    "/history",
    (context) =>
      json(
        context,
        versionTag(),
        () => toJson({ instance: feed.instance, reloads: historyEntries(feed) }),
      ),
  );

  routes.get("/snapshot", (context) => json(context, versionTag(), () => feed.stateText()));

  routes.get("/events", ({ req: { raw } }) => {
    if (followers.isFull) {
      const detail = `${followers.size} clients follow this registry already`;
      return problem(503, "Too many followers", detail, { "retry-after": "10" });
    }
    const headers = {
      "content-type": "text/event-stream",
      "cache-control": "private, no-cache, no-transform",
      // Or nginx holds events back until its buffer is full.
      "x-accel-buffering": "no",
      vary: "authorization",
    };
    if (raw.method === "HEAD") return new Response(null, { headers });
    const from = feed.positionOf(raw.headers.get("last-event-id"));
    return new Response(followers.open(from, raw.signal), { headers });
  });

  routes.get("/healthz", () => {
    const { inSync, issues, revision, pinned } = feed.status;
    if (inSync) {
      return new Response(toJson({ inSync, revision }), {
        headers: { "content-type": JSON_TYPE, "cache-control": "no-store" },
      });
    }
    const reason = pinned === undefined ? summarizeIssues(issues) : `Revision ${pinned} is pinned`;
    return problem(503, "Not in sync", reason);
  });

  if (metrics !== undefined) {
    routes.get("/metrics", async () =>
      new Response(await metrics(), {
        headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
      }));
  }

  routes.get(
    "/openapi.json",
    (context) =>
      json(context, feed.instance, () => JSON.stringify(openApi(write, metrics !== undefined))),
  );
}

/** Adds the page. At its address programs get the agents: only browsers ask for HTML by name. */
function addConsolePage(routes: Hono, tag: string, agents: (context: Context) => Response): void {
  for (const [path, { type, text }] of Object.entries(CONSOLE_PAGE)) {
    routes.on("GET", path === "" ? ["/", NOTHING] : [`/${path}`], (context) => {
      const { raw } = context.req;
      const { pathname } = new URL(raw.url);
      // What the page refers to is relative to it.
      if (path === "" && !pathname.endsWith("/")) {
        return new Response(null, {
          status: 308,
          headers: { location: `${pathname.slice(pathname.lastIndexOf("/") + 1)}/` },
        });
      }
      const isAsked = path !== "" || raw.headers.get("accept")?.includes(HTML_TYPE) === true;
      if (!isAsked) return agents(context);
      const headers = { "content-security-policy": PAGE_POLICY, vary: "accept, authorization" };
      return conditional(raw, tag, type, () => text, headers);
    });
  }
}

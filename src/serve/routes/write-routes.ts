import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ReloadEvent } from "../../model/report/reload-event.ts";
import { problem } from "./problem.ts";
import type { RegistryFeed } from "../feed/registry-feed.ts";
import type { ServedRegistry } from "../served-registry.ts";
import { toJson } from "./to-json.ts";

/** The largest body that is read, in bytes. */
const MAX_BODY = 1_024;

/** What the routes act on. */
export interface WriteRoutesOptions<A extends object> {
  readonly registry: ServedRegistry<A>;
  readonly feed: RegistryFeed<A>;
  readonly write: boolean;
}

/** Adds what changes the registry; without `write` it is refused. */
export function addWriteRoutes<A extends object>(
  routes: Hono,
  { registry, feed, write }: WriteRoutesOptions<A>,
): void {
  const answer = (event: ReloadEvent | undefined): Response =>
    new Response(event && toJson(feed.reloadOf(event)), {
      headers: { "content-type": "application/json", "cache-control": "no-store" },
    });
  const refused = (): Response =>
    problem(403, "Read-only", "This server does not take changes: start it with `write`");

  routes.post("/reload", async () => write ? answer(await registry.reload?.()) : refused());

  routes.post(
    "/rollback",
    bodyLimit({
      maxSize: MAX_BODY,
      onError: () => problem(413, "Body too large", `Expected at most ${MAX_BODY} bytes`),
    }),
    async ({ req }) => {
      if (!write) return refused();
      // What a form of another site can send is something else.
      if (!/^application\/json\b/.test(req.header("content-type") ?? "")) {
        return problem(415, "Not JSON", 'Expected application/json such as {"revision": 3}');
      }
      const body: unknown = await req.json().catch(() => undefined);
      const revision = (body as { revision?: unknown } | null | undefined)?.revision;
      if (typeof revision !== "number") {
        return problem(400, "No revision", 'Expected a body such as {"revision": 3}');
      }
      try {
        return answer(await registry.rollback?.(revision));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return problem(422, "No such revision", error.message);
      }
    },
  );
}

// Hono: the registry below a path of an app of one's own, console page and events included.
import { Hono } from "hono";
import type { Agent, AgentRegistry } from "../../mod.ts";
import { serveRegistry } from "../../src/serve/serve-registry.ts";

export function createApp(registry: AgentRegistry<Agent>): Hono {
  const app = new Hono();
  app.get("/owners", (context) => context.json([...registry.snapshot.values("owner")]));
  app.route("/registry", serveRegistry(registry).routes);
  return app;
}

import { toNodeHandler } from "srvx/node";
import { expect, onTestFinished, test } from "vitest";
import {
  type AgentRegistry,
  AnyAgentSchema,
  httpSource,
  memorySource,
  openRegistry,
} from "../../../mod.ts";
import { monitorOf } from "../../../src/source/http/http-events.ts";
import { serveRegistry } from "../../../src/serve/serve-registry.ts";
import { until } from "../../until.ts";
import { type Handler, testServer } from "./test-server.ts";

const text = (...ids: readonly string[]): string =>
  JSON.stringify({ agents: Object.fromEntries(ids.map((id) => [id, { owner: "core" }])) });

async function opened(source: Parameters<typeof openRegistry>[0]): Promise<AgentRegistry<object>> {
  const options = { schema: AnyAgentSchema, debounceMs: 5, logger: false } as const;
  const registry = await openRegistry(source, options);
  onTestFinished(() => registry.close());
  return registry;
}

/** A registry that is served, and another that follows it by URL. */
async function chain(pollMs: number) {
  const source = memorySource({ "agents.json": text("alpha") });
  const handle = serveRegistry(await opened(source), { heartbeatMs: 100 });
  const handler = toNodeHandler(handle) as Handler;
  const server = await testServer((request, response) => void handler(request, response));
  const registry = await opened(httpSource(`${server.url}/agents`, { pollMs }));
  const has = (id: string) => until(registry.snapshot$, ({ agents }) => agents.has(id));
  const watches = (by: string) => until(registry.status$, ({ watching }) => watching === by);
  const asked = (path: string) => server.requests.filter(({ url }) => url === path).length;
  return { source, handle, server, registry, has, watches, asked };
}

test("the events of serveRegistry replace the polls", async () => {
  const { source, registry, has, watches, asked } = await chain(600_000);
  expect([...registry.snapshot.agents.keys()]).toEqual(["alpha"]);
  await watches("events");
  source.write("agents.json", text("alpha", "beta"));
  await has("beta");
  source.write("agents.json", text("gamma"));
  await has("gamma");
  expect(asked("/events")).toBe(1);
});

test("the address of the page is one to follow, with names that the document adds", async () => {
  const agent = (category: string) =>
    `categories: [research]\nagents:\n  a: {name: A, category: ${category}, environment: test, ` +
    "owner: core, version: 1.0.0, location: a}\n";
  const source = memorySource({ "a.yaml": agent("research") });
  const quiet = { debounceMs: 5, logger: false } as const;
  await using served = await openRegistry(source, quiet);
  const handle = serveRegistry(served, { base: "/registry" });
  onTestFinished(() => handle.close());
  const handler = toNodeHandler(handle) as Handler;
  const server = await testServer((request, response) => void handler(request, response));
  await using registry = await openRegistry(`${server.url}/registry`, quiet);
  expect(registry.snapshot.get("a")?.category).toBe("research");
  await until(registry.status$, ({ watching }) => watching === "events");
  source.write("a.yaml", agent("test"));
  await until(registry.snapshot$, (snapshot) => snapshot.get("a")?.category === "test");
});

test("a stream that breaks off is replaced by polls, until it is there again", async () => {
  const { source, handle, registry, has, watches, asked } = await chain(20);
  await watches("events");
  const polling = watches("polling");
  handle.close();
  await polling;
  await watches("events");
  source.write("agents.json", text("beta"));
  await has("beta");
  expect(asked("/events")).toBeGreaterThan(1);
  expect(registry.status.inSync).toBe(true);
});

test("a server that refuses its stream is polled", async () => {
  let agents = text("alpha");
  const server = await testServer((request, response) => {
    if (request.url === "/events") response.writeHead(503).end();
    else response.writeHead(200, { link: '<events>; rel="monitor"' }).end(agents);
  });
  const registry = await opened(httpSource(`${server.url}/agents`, { pollMs: 20 }));
  agents = text("beta");
  await until(registry.snapshot$, ({ agents }) => agents.has("beta"));
  expect(registry.status.watching).toBe("polling");
});

test.each([
  ['<events>; rel="monitor"', "https://a.example/base/events"],
  ['</next>; rel="next", <events>; rel=monitor', "https://a.example/base/events"],
  ['<https://evil.example/events>; rel="monitor"', undefined],
  ['<http://[>; rel="monitor"', undefined],
  ['<events>; rel="next"', undefined],
])("Link: %s leads to %s", (link, expected) => {
  const monitor = monitorOf("https://a.example/base/agents", new Headers({ link }));
  expect(monitor?.href).toBe(expected);
});

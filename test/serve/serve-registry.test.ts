import { Hono } from "hono";
import { expect, onTestFinished, test } from "vitest";
import { type AgentRegistry, AnyAgentSchema, memorySource, openRegistry } from "../../mod.ts";
import { serveRegistry } from "../../src/serve/serve-registry.ts";
import type { ServeOptions } from "../../src/serve/serve-options.ts";

const TEXT = `
version: "1.0"
agents:
  planner: { name: Planner, category: system, tags: [memory, plan], deprecated: false, cost: 1.5 }
  writer: { name: Writer, category: production, tags: [memory], api_key: sk-secret, nested: { api_key: sk-deep } }
  reader: { name: Reader, category: production, tags: [], deprecated: true }
`;

/** What a browser accepts when somebody opens an address. */
const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

async function serve(text = TEXT, options: ServeOptions = {}) {
  const source = memorySource({ "agents.yaml": text });
  const registry = await openRegistry(source, {
    schema: AnyAgentSchema,
    watch: false,
    logger: false,
  });
  onTestFinished(() => registry.close());
  const handler = serveRegistry<object>(registry, { logger: false, ...options });
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    handler(new Request(`http://localhost${path}`, init));
  const json = async (path: string): Promise<Json> => {
    const response = await ask(path);
    expect(response.status, path).toBe(200);
    return await response.json() as Json;
  };
  const save = async (next: string) => {
    source.write("agents.yaml", next);
    return await registry.reload();
  };
  return { registry: registry as AgentRegistry<object>, handler, ask, json, save };
}

// deno-lint-ignore no-explicit-any -- what comes from elsewhere is looked at as it comes
type Json = any;

const idsOf = ({ agents }: Json): string[] => agents.map(({ id }: { id: string }) => id);

async function problemOf(response: Response): Promise<Json> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = await response.json() as Json;
  expect(body.status).toBe(response.status);
  return body;
}

test.each([
  ["", ["planner", "reader", "writer"]],
  ["?category=production", ["reader", "writer"]],
  ["?category=production&category=system", ["planner", "reader", "writer"]],
  ["?tags=memory", ["planner", "writer"]],
  ["?tags=memory&tags=plan", ["planner"]],
  ["?deprecated=true", ["reader"]],
  ["?cost=1.5", ["planner"]],
  ["?q=WRITE", ["writer"]],
  ["?q=write&q=memory&category=production", ["writer"]],
  ["?no_such_field=1", []],
  ["?toString=1&__proto__=x", []],
])("GET /agents%s lists what it asks for", async (query, ids) => {
  const { json } = await serve();
  const answer = await json(`/agents${query}`);
  expect(idsOf(answer)).toEqual(ids);
  expect(answer.revision).toBe(1);
});

test("GET /agents/{id} gives the agent and where it stands", async () => {
  const { json } = await serve();
  const { agent, origin, revision } = await json("/agents/planner");
  expect([agent.name, revision]).toEqual(["Planner", 1]);
  expect(origin).toEqual({ path: "agents.yaml", line: 4, column: 3, pointer: "/agents/planner" });
});

test("GET /agents/{id} tells of ids that are spelled alike", async () => {
  const { ask } = await serve();
  const response = await ask("/agents/planer");
  expect(response.status).toBe(404);
  expect((await problemOf(response)).detail).toContain('did you mean "planner"?');
});

test("agents with hostile ids can be asked for, and come as they are", async () => {
  const ids = [
    "a/b",
    "../etc/passwd",
    "..",
    "a\0b",
    "<img src=x onerror=alert(1)>",
    "%2F",
    "ä ö",
    "?q",
  ];
  const agents = Object.fromEntries(ids.map((id) => [id, { name: `<b>${id}</b>` }]));
  const { json, ask } = await serve(JSON.stringify({ agents }));
  for (const id of ids.filter((id) => id !== "..")) {
    const answer = await json(`/agents/${encodeURIComponent(id)}`);
    expect(answer.agent).toEqual({ id, name: `<b>${id}</b>` });
  }
  // A URL cannot hold ".." as a step of its path, however it is written.
  expect(idsOf(await json("/agents?id=.."))).toEqual([".."]);
  for (const path of ["/agents/%E0%A4", "/agents/%00", "/agents/..%2f..%2fetc%2fpasswd"]) {
    const response = await ask(path);
    expect(response.status).toBe(404);
    await problemOf(response);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  }
});

test.each([
  "/agents",
  "/agents?category=system",
  "/agents/planner",
  "/status",
  "/history",
  "/snapshot",
  "/openapi.json",
  "/",
])(
  "GET %s answers 304 to who has it, HEAD without a body, and something else after a change",
  async (path) => {
    const { ask, save } = await serve();
    const accept = path === "/" ? BROWSER : "*/*";
    const first = await ask(path, { headers: { accept } });
    const etag = first.headers.get("etag")!;
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await ask(path, { headers: { accept, "if-none-match": tag } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect(again.headers.get("etag")).toBe(etag);
    }
    const head = await ask(path, { method: "HEAD", headers: { accept } });
    expect([head.status, head.headers.get("etag"), await head.text()]).toEqual([200, etag, ""]);
    await save(TEXT.replace("Planner", "Planer"));
    const changed = await ask(path, { headers: { accept, "if-none-match": etag } });
    expect(changed.status).toBe(path === "/openapi.json" || path === "/" ? 304 : 200);
  },
);

test("GET /status tells what is wrong, GET /healthz answers 503 with the reason", async () => {
  const { json, ask, save } = await serve();
  expect(await json("/healthz")).toEqual({ inSync: true, revision: 1 });
  await save("agents: [");
  const status = await json("/status");
  expect(status).toMatchObject({ inSync: false, revision: 1, write: false });
  expect(status.issues[0]).toMatchObject({ code: "yaml-syntax", line: 1 });
  expect(status.lastReload).toMatchObject({ type: "rejected", number: 2 });
  const health = await ask("/healthz");
  expect(health.status).toBe(503);
  expect((await problemOf(health)).detail).toContain("agents.yaml:1:");
  await save(TEXT);
  expect((await ask("/healthz")).status).toBe(200);
});

test("GET /history tells what each reload changed, field by field", async () => {
  const { json, save } = await serve();
  await save(TEXT.replace("name: Planner", "name: Planer"));
  await save("agents: [");
  await save(
    TEXT.replace("Planner", "P").replace('"1.0"', '"2.0"').replace("cost: 1.5", "price: 2"),
  );
  const { reloads } = await json("/history");
  expect(reloads.map(({ type }: Json) => type)).toEqual([
    "applied",
    "applied",
    "rejected",
    "applied",
  ]);
  expect(reloads[1].fields).toEqual({
    planner: [{ field: "name", before: "Planner", after: "Planer" }],
  });
  expect(reloads[2].fields).toBeUndefined();
  expect(reloads[3].fields.planner).toEqual([
    { field: "name", before: "Planer", after: "P" },
    { field: "price", after: 2 },
    { field: "cost", before: 1.5 },
  ]);
  expect(reloads[3].document).toEqual([{ field: "version", before: "1.0", after: "2.0" }]);
});

test("redact keeps fields out of every answer, of differences, of searches, and of issues", async () => {
  const { ask, save, json } = await serve(TEXT, { redact: ["api_key"], write: true });
  await save(TEXT.replace("sk-secret", "sk-second").replace("sk-deep", "sk-deeper"));
  await save(TEXT.replace("sk-secret }", "sk-broken").replace("name: Writer", "name: Writer: x"));
  await save(TEXT.replace("name: Reader", "name: Reader2"));
  const paths = ["/agents", "/agents/writer", "/status", "/history", "/snapshot", "/healthz"];
  for (const path of paths) expect(await (await ask(path)).text(), path).not.toContain("sk-");
  const reader = (await ask("/events")).body!.getReader();
  const { value } = await reader.read();
  expect(new TextDecoder().decode(value)).toMatch(
    /^id: [^\n]+\nevent: state\ndata: (?!.*sk-).+\n\n$/,
  );
  await reader.cancel();
  for (const query of ["?q=sk-", "?api_key=sk-secret", "?nested=sk-deep"]) {
    expect(idsOf(await json(`/agents${query}`)), query).toEqual([]);
  }
});

test("redact leaves out what a message may quote, and says where it can be read", async () => {
  const { json, save } = await serve(TEXT, { redact: ["api_key"] });
  await save(TEXT.replace("sk-secret", "*sk-alias"));
  const { issues, lastReload } = await json("/status");
  expect(issues[0]).toMatchObject({ code: "yaml-syntax", line: 5 });
  expect(issues[0].message).toContain("see the server's log");
  expect(JSON.stringify([issues, lastReload])).not.toMatch(/sk-|frame/);
});

test("frames: false leaves the lines of the file out of issues, and keeps their messages", async () => {
  const { json, save, registry } = await serve(TEXT, { frames: false });
  await save("agents: [");
  const shown = registry.status.issues[0]!;
  expect(shown.frame).toBeDefined();
  const { issues } = await json("/status");
  expect(issues[0].message).toBe(shown.message);
  expect(JSON.stringify([await json("/status"), await json("/history"), await json("/snapshot")]))
    .not.toContain('"frame"');
});

test("token lets in who has it, as Bearer or as a password, and nobody else", async () => {
  const { ask } = await serve(TEXT, { token: "s3cret:ü" });
  const basic = (text: string): string =>
    `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}`;
  const status = async (authorization?: string): Promise<number> =>
    (await ask("/status", { headers: authorization === undefined ? {} : { authorization } }))
      .status;
  for (
    const no of [
      undefined,
      "",
      "Bearer",
      "Bearer s3cret",
      "Basic ###",
      basic("me:wrong"),
      "Digest x",
    ]
  ) {
    expect(await status(no), no).toBe(401);
  }
  expect(await status(basic("anybody:s3cret:ü"))).toBe(200);
  for (
    const path of ["/", "/agents", "/agents/x", "/events", "/healthz", "/openapi.json", "/none"]
  ) {
    const response = await ask(path);
    expect(response.status, path).toBe(401);
    expect(response.headers.get("www-authenticate")).toMatch(/^Bearer .*Basic /);
  }
  const plain = await serve(TEXT, { token: "abc" });
  const bearer = await plain.ask("/status", { headers: { authorization: "bearer abc" } });
  expect(bearer.status).toBe(200);
});

test("authorize decides on each request, and one that throws lets nobody in", async () => {
  const { ask } = await serve(TEXT, {
    authorize: (request) => {
      const who = request.headers.get("x-who");
      if (who === "thrown") throw new Error("the user table is at sk-secret");
      return who === "teapot" ? new Response(null, { status: 418 }) : who === "me";
    },
  });
  const answers = await Promise.all(
    ["me", "you", "teapot", "thrown"].map((who) => ask("/agents", { headers: { "x-who": who } })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 418, 500]);
  expect(await answers[3]!.text()).not.toContain("sk-secret");
});

test("hosts refuses a name that is not the server's", async () => {
  const { handler } = await serve(TEXT, { hosts: ["localhost", "127.0.0.1", "[::1]"] });
  const ask = async (host: string): Promise<number> =>
    (await handler(new Request("http://localhost/agents", { headers: { host } }))).status;
  for (const host of ["localhost:7411", "127.0.0.1", "[::1]:7411"]) {
    expect(await ask(host)).toBe(200);
  }
  for (
    const host of ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:80", "@", "a b"]
  ) {
    expect(await ask(host), host).toBe(421);
  }
});

test("no page of another site may read it unless cors names it", async () => {
  const origin = "https://console.example";
  const closed = await serve();
  const headers = { origin };
  const response = await closed.ask("/agents", { headers });
  expect(response.headers.get("access-control-allow-origin")).toBeNull();
  const { ask } = await serve(TEXT, { cors: [origin], token: "abc" });
  const preflight = await ask("/events", {
    method: "OPTIONS",
    headers: { origin, "access-control-request-headers": "authorization,last-event-id" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
  expect(preflight.headers.get("access-control-allow-headers")).toContain("last-event-id");
  const foreign = await ask("/agents", { headers: { origin: "https://evil.example" } });
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
});

test("POST is refused without write", async () => {
  const { ask, registry } = await serve();
  for (const path of ["/reload", "/rollback"]) {
    const response = await ask(path, { method: "POST" });
    expect(response.status).toBe(403);
    expect((await problemOf(response)).detail).toContain("write");
  }
  expect(registry.history).toHaveLength(1);
});

test("write: true reloads and rolls back, and tells what came of it", async () => {
  const { ask, save, json } = await serve(TEXT, { write: true });
  await save(TEXT.replace("Planner", "Planer"));
  const post = (path: string, body?: string, headers: Record<string, string> = {}) =>
    ask(path, {
      method: "POST",
      ...(body === undefined ? {} : { body }),
      headers: { "content-type": "application/json", ...headers },
    });
  expect(await (await post("/reload")).json()).toMatchObject({
    type: "unchanged",
    cause: "manual",
  });
  const back = await post("/rollback", '{"revision":1}');
  expect(await back.json()).toMatchObject({ type: "applied", cause: "rollback", revision: 3 });
  expect(await json("/status")).toMatchObject({ pinned: 1, inSync: false, revision: 3 });
  const health = await ask("/healthz");
  expect((await problemOf(health)).detail).toBe("Revision 1 is pinned");
  const none = await post("/rollback", '{"revision":99}');
  expect([none.status, (await problemOf(none)).detail]).toEqual([
    422,
    "Expected a revision that is kept (1 to 3), got 99",
  ]);
  for (const body of ["", "{", "null", "[]", '{"revision":"1"}']) {
    expect((await post("/rollback", body)).status, body).toBe(400);
  }
  expect((await post("/rollback", `{"revision":1,"x":"${"x".repeat(2_000)}"}`)).status).toBe(413);
  expect((await post("/rollback", "revision=1", { "content-type": "text/plain" })).status).toBe(
    415,
  );
  expect((await post("/reload", undefined, { origin: "https://evil.example" })).status).toBe(403);
  expect((await post("/reload", undefined, { origin: "http://localhost" })).status).toBe(200);
});

test("a query that is too long, and a method that is not there, are refused", async () => {
  const { ask } = await serve();
  const many = Array.from({ length: 51 }, (_, at) => `f${at}=1`).join("&");
  expect((await ask(`/agents?${many}`)).status).toBe(400);
  expect((await ask(`/agents?q=${"x".repeat(5_000)}`)).status).toBe(414);
  const put = await ask("/agents", { method: "PUT" });
  expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  const get = await ask("/reload");
  expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
  const none = await ask("/none");
  expect(none.status).toBe(404);
  await problemOf(none);
});

test("the address of the page gives programs the agents, and what stands around them", async () => {
  const { ask, json } = await serve(TEXT, { redact: ["api_key"] });
  const { revision, ...agents } = await json("/agents");
  expect(revision).toBe(1);
  expect(agents.version).toBe("1.0");
  expect(await json("/")).toEqual(agents);
  expect(JSON.stringify(agents)).not.toContain("sk-");
  const headers = { accept: "application/json" };
  const [page, data] = [
    await ask("/", { headers: { accept: BROWSER } }),
    await ask("/", { headers }),
  ];
  expect([page, data].map((one) => one.headers.get("vary"))).toEqual(
    Array(2).fill("accept, authorization"),
  );
  expect(page.headers.get("etag")).not.toBe(data.headers.get("etag"));
});

test("the page is served below any path, and its address ends in a slash", async () => {
  const { handler, ask } = await serve(TEXT, { base: "/agents" });
  const moved = await ask("/agents");
  expect([moved.status, moved.headers.get("location")]).toEqual([308, "agents/"]);
  expect((await ask("/agents/agents/planner")).status).toBe(200);
  expect((await ask("/status")).status).toBe(404);
  const put = await ask("/agents/status", { method: "PUT" });
  expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  const page = await ask("/agents/", { headers: { accept: BROWSER } });
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
  handler.close();

  const plain = await serve();
  const app = new Hono();
  app.get("/", (context) => context.text("mine"));
  app.route("/registry", plain.handler.routes);
  const at = async (path: string): Promise<string | number> => {
    const response = await app.request(path);
    return response.headers.get("location") ?? response.status;
  };
  expect(
    await Promise.all(
      ["/", "/registry", "/registry/", "/registry/status", "/registry/agents/planner", "/status"]
        .map(at),
    ),
  ).toEqual([200, "registry/", 200, 200, 200, 404]);
});

test("GET /metrics gives what the option gives, and is not there without it", async () => {
  const plain = await serve();
  expect((await plain.ask("/metrics")).status).toBe(404);
  const { ask, json } = await serve(TEXT, { metrics: () => Promise.resolve("agents 3\n") });
  expect(await (await ask("/metrics")).text()).toBe("agents 3\n");
  expect((await json("/openapi.json")).paths).toHaveProperty("/metrics");
});

test("GET /openapi.json names every path that there is", async () => {
  const { json, handler } = await serve(TEXT, { write: true, metrics: () => "" });
  const { paths } = await json("/openapi.json");
  const described = new Set(Object.keys(paths));
  const routed = handler.routes.routes.filter(({ method }) => method !== "ALL")
    .map(({ path }) => path.replace(":id{.+}", "{id}"))
    .filter((path) =>
      !path.startsWith("/:nothing") && path !== "/" && path !== "/openapi.json" &&
      !path.startsWith("/console")
    );
  expect(described).toEqual(new Set(routed));
});

test.each([
  [{ redact: ["id"] }, "agents are told apart by it"],
  [{ redact: "api_key" }, "redact"],
  [{ base: "agents" }, "base"],
  [{ write: 1 }, "write"],
  [{ token: "" }, "token"],
  [{ heartbeatMs: 20_000 }, "heartbeatMs"],
  [{ maxFollowers: -1 }, "maxFollowers"],
  [{ authorize: "x" }, "authorize"],
])("serveRegistry refuses %j", async (options, message) => {
  await expect(serve(TEXT, options as unknown as ServeOptions)).rejects.toThrow(message);
});

test("write: true needs a registry that can be written", async () => {
  const { registry } = await serve();
  const { snapshot, snapshot$, status, status$, reload$, history } = registry;
  const view = { snapshot, snapshot$, status, status$, reload$, history };
  expect(() => serveRegistry(view, { write: true })).toThrow("can only be read");
});

import { merge } from "rxjs";
import { expect, onTestFinished, test } from "vitest";
import {
  AnyAgentSchema,
  memorySource,
  openRegistry,
  RegistryLoadError,
  type RegistryOptions,
  type RegistryView,
  type ReloadEvent,
} from "../../mod.ts";
import { type ConnectOptions, connectRegistry } from "../../src/client/connect-registry.ts";
import { serveRegistry } from "../../src/serve/serve-registry.ts";
import type { ServeOptions } from "../../src/serve/serve-options.ts";
import { until } from "../until.ts";
import { untilSame } from "./same-registry.ts";

interface AnyAgent {
  readonly id: string;
  readonly [field: string]: unknown;
}

const textOf = (agents: Readonly<Record<string, string>>, around = ""): string =>
  `${around}agents:\n${
    Object.entries(agents).map(([id, name]) => `  ${id}: { name: ${name} }\n`).join("")
  }`;

async function serve(
  text: string,
  options: ServeOptions = {},
  registryOptions: RegistryOptions<typeof AnyAgentSchema> = {},
) {
  const source = memorySource({ "agents.yaml": text });
  const served = await openRegistry(source, {
    schema: AnyAgentSchema,
    debounceMs: 0,
    logger: false,
    ...registryOptions,
  });
  const handler = serveRegistry<object>(served, { logger: false, ...options });
  onTestFinished(() => served.close());
  const save = async (next: string): Promise<ReloadEvent> => {
    const event = until(served.reload$);
    source.write("agents.yaml", next);
    return await event;
  };
  return { served: served as RegistryView<object>, registry: served, handler, save };
}

async function connect(
  fetch: NonNullable<ConnectOptions["fetch"]>,
  options: ConnectOptions = {},
): Promise<RegistryView<AnyAgent>> {
  const registry = await connectRegistry<AnyAgent>("http://localhost/", {
    fetch,
    retryMs: 1,
    maxRetryMs: 5,
    logger: false,
    ...options,
  });
  onTestFinished(() => registry.close());
  return registry;
}

test("connectRegistry resolves with everything that the server has to tell", async () => {
  const { served, handler, save } = await serve(textOf({ a: "A", b: "B" }, "version: 1\n"));
  await save("agents: [");
  const registry = await connect(handler);
  await untilSame(registry, served);
  expect(registry.agent("a").name).toBe("A");
  expect(() => registry.agent("c")).toThrow("No agent has the id");
  expect(registry.status.watching).toBe("events");
  expect(registry.history).toHaveLength(2);
  expect(Object.isFrozen(registry.agent("a"))).toBe(true);
  expect(() => (registry.snapshot.agents as Map<string, unknown>).set("z", 1)).toThrow(TypeError);
});

test("only what changed travels, and what did not stays the very same", async () => {
  const big = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, at) => [`a${at}`, `Agent ${at}`]),
  );
  let received = 0;
  const { served, handler, save } = await serve(textOf(big));
  const registry = await connect(async (request) => {
    const response = await handler(request);
    const counted = response.body!.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          received += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(counted, response);
  });
  const [before, whole] = [registry.snapshot, received];
  // A line more moves all the others.
  await save(textOf({ first: "First", ...big, a500: "Changed" }));
  await untilSame(registry, served);
  expect(whole).toBeGreaterThan(50_000);
  expect(received - whole).toBeLessThan(2_000);
  for (const [id, agent] of registry.snapshot.agents) {
    if (id !== "first" && id !== "a500") expect(agent).toBe(before.agents.get(id));
  }
  expect(registry.agent("a500").name).toBe("Changed");
});

test("the streams tell what the registry of the server tells, in its order", async () => {
  const { handler, save, served } = await serve(textOf({ a: "A", b: "B" }));
  const registry = await connect(handler);
  const told: string[] = [];
  registry.snapshot$.subscribe(({ revision }) => told.push(`snapshot ${revision}`));
  registry.reload$.subscribe((event) => {
    told.push(`${event.type} ${event.revision} ${registry.snapshot.revision}`);
  });
  registry.agent$("a").subscribe((agent) => told.push(`a ${String(agent?.name)}`));
  registry.list$({ name: "B" }).subscribe((agents) => told.push(`B ${agents.length}`));
  registry.select(({ agents }) => agents.size).subscribe((size) => told.push(`size ${size}`));
  const events: string[] = [];
  const remove = registry.onReload(({ type }) => events.push(type));
  expect(told.splice(0)).toEqual(["snapshot 1", "a A", "B 1", "size 2"]);
  await save(textOf({ a: "A", b: "B2" }));
  await untilSame(registry, served);
  expect(told.splice(0)).toEqual(["snapshot 2", "B 0", "applied 2 2"]);
  await save("agents: [");
  await untilSame(registry, served);
  expect(told.splice(0)).toEqual(["rejected 2 2"]);
  remove();
  await save(textOf({ b: "B2" }));
  await untilSame(registry, served);
  expect(told.splice(0)).toEqual(["a undefined", "snapshot 3", "size 1", "applied 3 3"]);
  expect(events).toEqual(["applied", "rejected"]);
  let completed = 0;
  const { snapshot$, status$, reload$ } = registry;
  merge(snapshot$, status$, reload$, registry.agent$("a")).subscribe({
    complete: () => completed++,
  });
  await registry.close();
  await registry.close();
  expect(completed).toBe(1);
  expect(registry.status.watching).toBe("stopped");
  expect(registry.snapshot.agents.size).toBe(1);
});

test("async iteration gives the newest snapshot and ends on close", async () => {
  const { handler, save, served } = await serve(textOf({ a: "A" }));
  const registry = await connect(handler);
  await save(textOf({ a: "A2" }));
  await untilSame(registry, served);
  const revisions: number[] = [];
  for await (const { revision } of registry) {
    revisions.push(revision);
    if (revision === 3) await registry.close();
    else {
      await save(textOf({ a: "A3" }));
      await untilSame(registry, served);
    }
  }
  expect(revisions).toEqual([2, 3]);
});

test("a rollback, stale agents and warnings arrive as they are", async () => {
  const { handler, save, served, registry: owner } = await serve(
    textOf({ a: "A", b: "B" }),
    {},
    { onInvalid: "isolate" },
  );
  const registry = await connect(handler);
  await save("agents:\n  a: { name: A2 }\n  b: 1\n");
  await untilSame(registry, served);
  expect([...registry.snapshot.stale.keys()]).toEqual(["b"]);
  await owner.rollback(1);
  await untilSame(registry, served);
  expect(registry.status.pinned).toBe(1);
  await save(textOf({ b: "B", a: "A3" }));
  await untilSame(registry, served);
  expect([...registry.snapshot.agents.keys()]).toEqual(["b", "a"]);
});

/** A server that can be cut off, and be another after that. */
function switchable(first: (request: Request) => Promise<Response>) {
  let handler: typeof first | undefined = first;
  const requests: Request[] = [];
  const open = new Set<AbortController>();
  const fetch = async (request: Request): Promise<Response> => {
    requests.push(request);
    if (handler === undefined) throw new TypeError("fetch failed", { cause: new Error("refused") });
    const cut = new AbortController();
    open.add(cut);
    const signal = AbortSignal.any([cut.signal, request.signal]);
    const response = await handler(new Request(request, { signal }));
    return response;
  };
  const cut = (next?: typeof first): void => {
    handler = next;
    for (const one of open) one.abort();
    open.clear();
  };
  return { fetch, cut, requests };
}

test("status.watching says when it is disconnected, and why; the last snapshot stays", async () => {
  const { handler, save, served } = await serve(textOf({ a: "A" }));
  const line = switchable(handler);
  const registry = await connect(line.fetch);
  line.cut();
  const status = await until(
    registry.status$,
    ({ watching, issues }) => watching === "disconnected" && /refused/.test(issues[0]!.message),
  );
  expect(status.inSync).toBe(false);
  expect(status.issues[0]).toMatchObject({ code: "source-failed", path: "http://localhost/" });
  expect(registry.agent("a").name).toBe("A");
  await save(textOf({ a: "A2" }));
  await save("agents: [");
  await save(textOf({ a: "A3" }));
  const events: string[] = [];
  registry.reload$.subscribe(({ type, revision }) => events.push(`${type} ${revision}`));
  line.cut(handler);
  await untilSame(registry, served);
  expect(events).toEqual(["applied 2", "rejected 2", "applied 3"]);
  expect(registry.status.issues).toEqual([]);
});

test("after a reconnect to the same server only what changed travels", async () => {
  const { handler, save, served } = await serve(textOf({ a: "A", b: "B" }));
  const line = switchable(handler);
  const registry = await connect(line.fetch);
  await save(textOf({ a: "A2", b: "B" }));
  await untilSame(registry, served);
  line.cut(handler);
  await until(registry.status$, ({ watching }) => watching === "disconnected");
  await until(registry.status$, ({ watching }) => watching === "events");
  const { headers } = line.requests.at(-1)!;
  expect(headers.get("last-event-id")).toMatch(/^[\w-]+:2$/);
  const again = await handler(new Request("http://localhost/events", { headers }));
  const reader = again.body!.getReader();
  const text = new TextDecoder().decode((await reader.read()).value);
  await reader.cancel();
  expect(text).toContain("event: change");
  expect(text).not.toContain('"A2"');
});

test("a server that was started again with other content is followed, and the same stays the same", async () => {
  const one = await serve(textOf({ a: "A", b: "B" }));
  const line = switchable(one.handler);
  const registry = await connect(line.fetch);
  const { b } = Object.fromEntries(registry.snapshot.agents);
  const two = await serve(textOf({ c: "C", b: "B" }));
  const events: ReloadEvent[] = [];
  registry.reload$.subscribe((event) => events.push(event));
  line.cut(two.handler);
  await until(registry.snapshot$, ({ agents }) => agents.has("c"));
  await untilSame(registry, two.served);
  expect(registry.agent("b")).toBe(b);
  expect(events.map(({ cause }) => cause)).toEqual(["initial"]);
});

test.each(["", "x", "1:1", "../../etc:1", "<script>:1", `${"a".repeat(70)}:1`, "\u00ff:9"])(
  "a made-up Last-Event-ID (%j) gets everything",
  async (id) => {
    const { handler } = await serve(textOf({ a: "A" }));
    const response = await handler(
      new Request("http://localhost/events", { headers: { "last-event-id": id } }),
    );
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain("event: state");
    await reader.cancel();
  },
);

test("a Last-Event-ID of this server with a revision that it never had gets everything", async () => {
  const { handler, save } = await serve(textOf({ a: "A" }));
  await save(textOf({ a: "A2" }));
  const first = async (id?: string): Promise<string> => {
    const headers: Record<string, string> = id === undefined ? {} : { "last-event-id": id };
    const response = await handler(new Request("http://localhost/events", { headers }));
    const reader = response.body!.getReader();
    const text = new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    return text;
  };
  const [, instance] = /^id: ([\w-]+):2\n/.exec(await first())!;
  for (const revision of ["0", "3", "999999999999999"]) {
    expect(await first(`${instance}:${revision}`)).toContain("event: state");
  }
  expect(await first(`${instance}:1`)).toContain("event: change");
});

test.each([
  ["a newer server", { protocol: 2 }, /version 2 of the protocol, this client version 1: update/],
  ["something else", { hello: 1 }, /expected a message of a registry/],
])("connectRegistry meets %s with a clear error", async (_, message, text) => {
  const answer = (): Promise<Response> =>
    Promise.resolve(
      new Response(`event: state\ndata: ${JSON.stringify(message)}\n\n`, {
        headers: { "content-type": "text/event-stream" },
      }),
    );
  const error: unknown = await connect(answer).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RegistryLoadError);
  expect((error as RegistryLoadError).message).toMatch(text);
});

test.each([
  [401, "application/problem+json", /answered 401/],
  [200, "text/html", /expected text\/event-stream, got text\/html: is it the address/],
])("connectRegistry rejects when the answer is %i %s", async (status, type, text) => {
  const answer = (): Promise<Response> =>
    Promise.resolve(new Response("<p>", { status, headers: { "content-type": type } }));
  await expect(connect(answer)).rejects.toThrow(text);
});

test("required: false opens empty and goes on trying; Retry-After counts", async () => {
  const { handler, served } = await serve(textOf({ a: "A" }));
  const asked: number[] = [];
  const registry = await connect((request) => {
    asked.push(performance.now());
    return asked.length === 1
      ? Promise.resolve(new Response(null, { status: 503, headers: { "retry-after": "1" } }))
      : handler(request);
  }, { required: false });
  expect([registry.snapshot.revision, registry.status.watching]).toEqual([0, "disconnected"]);
  await untilSame(registry, served);
  expect(asked[1]! - asked[0]!).toBeGreaterThan(990);
});

test("headers go with every request, and are asked for anew each time", async () => {
  const { handler, served } = await serve(textOf({ a: "A" }), { token: "second" });
  let token = "first";
  const asked: (string | null)[] = [];
  const registry = await connect((request) => {
    asked.push(request.headers.get("authorization"));
    return handler(request);
  }, {
    required: false,
    headers: () => {
      const authorization = `Bearer ${token}`;
      token = "second";
      return Promise.resolve({ authorization });
    },
  });
  await untilSame(registry, served);
  expect(asked).toEqual(["Bearer first", "Bearer second"]);
});

test("signal closes, and rejects while the registry is being opened", async () => {
  const { handler } = await serve(textOf({ a: "A" }));
  const opened = new AbortController();
  const registry = await connect(handler, { signal: opened.signal });
  opened.abort();
  expect(registry.status.watching).toBe("stopped");
  const opening = new AbortController();
  const never = connect(
    ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    { signal: opening.signal },
  );
  opening.abort(new Error("Enough"));
  await expect(never).rejects.toThrow("Enough");
});

test("a message that comes twice, or late, changes nothing", async () => {
  const { handler, save, served } = await serve(textOf({ a: "A" }));
  // Each event twice, and the first of all once more after every other.
  const registry = await connect(async (request) => {
    const response = await handler(request);
    let first: Uint8Array | undefined;
    const doubled = response.body!.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          first ??= chunk;
          for (const piece of [chunk, chunk, first]) controller.enqueue(piece);
        },
      }),
    );
    return new Response(doubled, response);
  });
  const events: string[] = [];
  registry.reload$.subscribe(({ type }) => events.push(type));
  for (let at = 2; at < 6; at++) {
    await save(textOf({ a: `A${at}`, [`b${at}`]: "B" }));
    await untilSame(registry, served);
  }
  expect(events).toEqual(["applied", "applied", "applied", "applied"]);
});

test("what connectRegistry gives can be served on", async () => {
  const { handler, save, served } = await serve(textOf({ a: "A" }));
  const line = switchable(handler);
  const middle = await connect(line.fetch);
  const relay = serveRegistry<object>(middle, { logger: false });
  const registry = await connect(relay);
  await save(textOf({ a: "A2" }));
  await untilSame(registry, served);
  const other = await serve(textOf({ z: "Z" }));
  line.cut(other.handler);
  await until(registry.snapshot$, ({ agents }) => agents.has("z"));
  await untilSame(registry, other.served);
});

test("closing the served registry ends the streams, closing the follower leaves the server", async () => {
  const { handler, served } = await serve(textOf({ a: "A" }), { maxFollowers: 1 });
  const registry = await connect(handler);
  const full = await handler(new Request("http://localhost/events"));
  expect([full.status, full.headers.get("retry-after")]).toEqual([503, "10"]);
  await registry.close();
  const again = await connect(handler);
  await served.close();
  await until(again.status$, ({ watching }) => watching === "disconnected");
  expect(again.agent("a").name).toBe("A");
});

test.each(["ftp://host/", "nonsense", ""])("connectRegistry refuses the URL %j", async (url) => {
  await expect(connectRegistry(url)).rejects.toThrow(TypeError);
});

import { expect, onTestFinished, test } from "vitest";
import { connectRegistry } from "../../src/client/connect-registry.ts";
import { EventParser } from "../../src/client/event-parser.ts";
import { until } from "../until.ts";

interface AnyAgent {
  readonly id: string;
  readonly [field: string]: unknown;
}

const STATUS = {
  revision: 1,
  servedSince: "2026-01-01T00:00:00.000Z",
  agentsCount: 1,
  staleAgents: 0,
  inSync: true,
  issues: [],
  consecutiveFailures: 0,
  watching: "events",
};

function stateOf(revision: number, agents: readonly unknown[]): Record<string, unknown> {
  return {
    protocol: 1,
    id: `here:${revision}`,
    version: revision,
    heartbeatMs: 8_000,
    write: false,
    status: { ...STATUS, revision, agentsCount: agents.length },
    reloads: [],
    history: 0,
    snapshot: {
      revision,
      loadedAt: "2026-01-01T00:00:00.000Z",
      agents,
      document: {},
      paths: [],
      origins: agents.map(() => null),
      stale: [],
      warnings: [],
    },
  };
}

/** A server that says one thing after another, and something else to the next who asks. */
async function connectTo(...answers: readonly (readonly unknown[])[]) {
  const asked: (string | null)[] = [];
  const registry = await connectRegistry<AnyAgent>("http://localhost/", {
    retryMs: 1,
    maxRetryMs: 5,
    logger: false,
    fetch: (request) => {
      const messages = answers[Math.min(asked.length, answers.length - 1)]!;
      asked.push(request.headers.get("last-event-id"));
      const text = messages.map((message) => {
        const data = typeof message === "string" ? message : JSON.stringify(message);
        return `event: change\ndata: ${data}\n\n`;
      });
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(text.join("")));
        },
      });
      const headers = { "content-type": "text/event-stream" };
      return Promise.resolve(new Response(body, { headers }));
    },
  });
  onTestFinished(() => registry.close());
  return { registry, asked };
}

const good = stateOf(1, [{ id: "a", name: "A" }]);
const { snapshot: _, ...common } = stateOf(2, [{ id: "a", name: "A2" }]);
const patch = { revision: 2, loadedAt: "2026-01-01T00:00:00.000Z" };

test.each<[string, unknown, RegExp]>([
  ["what is no JSON", '{"api_key": "sk-secret', /Not connected: expected JSON$/],
  ["JSON of something else", "[1, 2]", /expected a message of a registry/],
  ["a number", "1", /expected a message of a registry/],
  ["nothing but a name", { protocol: 1, id: "here:2", version: 2 }, /that is whole/],
  ["a patch that needs another", { ...common, from: 7, snapshot: patch }, /was missed/],
  [
    "a patch with agents that nobody knows",
    { ...common, from: 1, snapshot: { ...patch, order: ["ghost"] } },
    /that is whole/,
  ],
  [
    "a patch without its status",
    {
      ...common,
      status: undefined,
      from: 1,
      snapshot: { ...patch, agents: [{ id: "a", name: "half" }] },
    },
    /that is whole/,
  ],
  [
    "a patch without its reloads",
    {
      ...common,
      reloads: null,
      from: 1,
      snapshot: { ...patch, agents: [{ id: "a", name: "half" }] },
    },
    /that is whole/,
  ],
  ["lists in lists without end", `${"[".repeat(200_000)}${"]".repeat(200_000)}`, /expected/],
])("after %s the last snapshot stays, and all of it is asked for anew", async (_, bad, reason) => {
  const better = stateOf(3, [{ id: "a", name: "A3" }]);
  const { registry, asked } = await connectTo([good, bad], [better]);
  const names: unknown[] = [];
  const lost = until(registry.status$, ({ watching }) => watching === "disconnected");
  registry.snapshot$.subscribe(({ agents }) => names.push(agents.get("a")?.name));
  const { issues: [issue] } = await lost;
  expect(issue!.message).toMatch(reason);
  expect(issue!.message).not.toContain("secret");
  await until(registry.snapshot$, ({ revision }) => revision === 3);
  expect(names).toEqual(["A", "A3"]);
  expect(asked).toEqual([null, null]);
});

test("names that mean something to JavaScript are agents and fields like others", async () => {
  const text = JSON.stringify(stateOf(1, [{ id: "PROTO", toString: "x", name: "A" }]));
  const evil = text.replaceAll("PROTO", "__proto__").replace('"toString"', '"__proto__"');
  const { registry } = await connectTo([evil]);
  expect([...registry.snapshot.agents.keys()]).toEqual(["__proto__"]);
  expect(Object.keys(registry.agent("__proto__"))).toContain("__proto__");
  expect(({} as Record<string, unknown>)["name"]).toBeUndefined();
});

test("a line that does not end is not waited for", () => {
  const parser = new EventParser();
  const chunk = "x".repeat(32 * 1024 * 1024);
  expect(() => {
    for (let at = 0; at < 9; at++) parser.feed(chunk);
  }).toThrow("a line without end");
});

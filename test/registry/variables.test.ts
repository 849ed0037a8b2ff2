import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { Type } from "@sinclair/typebox";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type AgentSchema,
  AnyAgentSchema,
  diffSnapshots,
  formatIssue,
  type Logger,
  memorySource,
  openRegistry,
  type RegistryOptions,
  type Variables,
} from "../../mod.ts";
import { serveRegistry } from "../../src/serve/serve-registry.ts";
import { registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";
import { until } from "../until.ts";

const SECRET = "sk-4f9a";

async function open<S extends typeof AgentSchema>(
  text: string,
  variables: Variables,
  options: RegistryOptions<S> = {},
) {
  const source = memorySource({ "agents.yaml": text });
  const quiet = { debounceMs: 0, logger: false } as const;
  const registry = await openRegistry(source, { ...quiet, ...options, variables });
  onTestFinished(() => registry.close());
  return { source, registry };
}

describe("at a reload", () => {
  const text = registryText({ a: { owner: "${TEAM}" }, b: {}, c: { owner: "${LEAD}" } });

  test("agents stay the same objects as long as their variables say the same", async () => {
    const { registry, source } = await open(text, { TEAM: "core", LEAD: "ada" });
    const before = registry.snapshot;
    source.write("agents.yaml", text.replace('location: "agents/b"', "location: moved"));
    const event = await until(registry.reload$);
    expect(event).toMatchObject({ changes: { added: [], updated: ["b"], removed: [] } });
    for (const id of ["a", "c"]) expect(registry.agent(id)).toBe(before.get(id));
    expect(await registry.reload()).toMatchObject({ type: "unchanged" });
  });

  test("a variable that has changed updates the agents that have it, and no others", async () => {
    const variables = { TEAM: "core", LEAD: "ada" };
    const { registry, source } = await open(text, variables);
    const before = registry.snapshot;
    variables.TEAM = "search";
    expect(await registry.reload()).toMatchObject({ changes: { updated: ["a"] } });
    expect(registry.agent("a").owner).toBe("search");
    for (const id of ["b", "c"]) expect(registry.agent(id)).toBe(before.get(id));
    // Not only in the entry that was edited.
    variables.LEAD = "bob";
    source.write("agents.yaml", text.replace('location: "agents/b"', "location: moved"));
    expect(await until(registry.reload$)).toMatchObject({ changes: { updated: ["b", "c"] } });
  });

  test("a variable that is gone refuses it, and the last good agents stay", async () => {
    const variables: Record<string, string | undefined> = { TEAM: "core", LEAD: "ada" };
    const { registry } = await open(text, variables);
    const before = registry.snapshot;
    delete variables["TEAM"];
    expect(await registry.reload()).toMatchObject({
      type: "rejected",
      issues: [{ code: "unknown-variable", path: "agents.yaml", line: 6, column: 12 }],
    });
    expect(registry.snapshot).toBe(before);
    variables["TEAM"] = "core";
    expect(await registry.reload()).toMatchObject({ type: "unchanged" });
  });

  test("with isolate, only the agent that lacks its variable is kept as it was", async () => {
    const variables: Record<string, string | undefined> = { TEAM: "core", LEAD: "ada" };
    const { registry } = await open(text, variables, { onInvalid: "isolate" });
    variables["TEAM"] = undefined;
    variables["LEAD"] = "bob";
    expect(await registry.reload()).toMatchObject({ type: "partial", changes: { updated: ["c"] } });
    expect([...registry.snapshot.stale.keys()]).toEqual(["a"]);
    expect(registry.agent("a").owner).toBe("core");
  });
});

describe("what a variable stands for", () => {
  const schema = Type.Object({
    key: Type.String({ maxLength: 8 }),
    note: Type.Optional(Type.String()),
  });
  const text = "agents:\n  a:\n    key: ${KEY}\n    note: n\n";

  test("is an agent's field, and nowhere in events, issues, logs, diffs and the cache", async () => {
    const lines: string[] = [];
    const log = (message: string, fields?: object): void =>
      void lines.push(message, JSON.stringify(fields));
    const logger: Logger = { debug: log, info: log, warn: log, error: log };
    const variables = { KEY: SECRET };
    const cache = join(tempDir(), "cache");
    const source = memorySource({ "agents.yaml": text });
    const options = { schema, variables, cache, logger, debounceMs: 0 };
    const registry = await openRegistry(source, options);
    onTestFinished(() => registry.close());
    const events: unknown[] = [];
    registry.reload$.subscribe((event) => events.push(event, String(event)));
    const first = registry.snapshot;
    expect(registry.agent("a").key).toBe(SECRET);

    variables.KEY = `${SECRET}2`;
    await registry.reload();
    const [change] = diffSnapshots(first, registry.snapshot).fields.get("a")!;
    expect(change).toEqual({ field: "key", before: "${KEY}", after: "${KEY}" });
    source.write("agents.yaml", text.replace("note: n", "note: m"));
    await until(registry.reload$);
    variables.KEY = `${SECRET} is too long`;
    await registry.reload();
    const { issues } = registry.status;
    expect(issues.map(formatIssue).join()).toContain("key: ${KEY}");
    await registry.close();

    expect(lines.join()).toContain("rejected");
    expect(readFileSync(cache, "utf8")).toContain("${KEY}");
    const told = { lines, events, issues, history: registry.history, cache: readFileSync(cache) };
    expect(inspect(told, { depth: Infinity, maxStringLength: Infinity })).not.toContain(SECRET);
    expect(JSON.stringify({ ...told, cache: readFileSync(cache, "utf8") })).not.toContain(SECRET);
  });

  test("is not in the message of RegistryLoadError", async () => {
    const variables = { KEY: `${SECRET} is too long` };
    const failed = openRegistry(memorySource({ "a.yaml": text }), { schema, variables });
    const error = await failed.then(() => undefined, (error: unknown) => error);
    expect(String(error)).toContain('found the value of "${KEY}"');
    expect(inspect(error, { depth: Infinity })).not.toContain(SECRET);
  });

  test("is taken from the cache's text again when the source is broken", async () => {
    const cache = join(tempDir(), "cache");
    const options = { schema: AnyAgentSchema, cache, debounceMs: 0, logger: false } as const;
    const first = await openRegistry(memorySource({ "a.yaml": text }), {
      ...options,
      variables: { KEY: "old" },
    });
    await first.close();
    const broken = memorySource({ "a.yaml": "agents: [" });
    await using second = await openRegistry(broken, { ...options, variables: { KEY: "new" } });
    expect(second.agent("a")["key"]).toBe("new");
  });

  test("is served as a field of its agent, unless that is redacted", async () => {
    const { registry } = await open(registryText({ a: { owner: "${TEAM}" } }), { TEAM: SECRET });
    for (const redact of [undefined, ["owner"]]) {
      const serve = serveRegistry(registry, { redact });
      const answer = await serve(new Request("http://localhost/agents/a"));
      expect((await answer.text()).includes(SECRET)).toBe(redact === undefined);
      serve.close();
    }
  });
});

test("variables leave nothing with an agent that a copy or a comparison sees", async () => {
  const { registry } = await open(registryText({ a: { owner: "${TEAM}" } }), { TEAM: "core" });
  const { registry: plain } = await open(registryText({ a: {} }), {});
  expect(registry.agent("a")).toStrictEqual(plain.agent("a"));
  expect(inspect(registry.agent("a"))).toBe(inspect(plain.agent("a")));
  expect(structuredClone(registry.agent("a"))).toStrictEqual({ ...plain.agent("a") });
});

import { config, NEVER, of } from "rxjs";
import { describe, expect, test, vi } from "vitest";
import { AgentNotFoundError, openRegistry, type RegistrySource } from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { until } from "../until.ts";
import { idsOf, openInMemory, quiet } from "./open-in-memory.ts";

describe("snapshot$", () => {
  test("replays the latest and emits once a revision", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
    await write(registryText(["a", "b"]));
    const late = idsOf(registry);
    await write(registryText(["a", "b"]) + "# a comment\n");
    await write(registryText(["b"]));
    expect(late).toEqual(["ab", "b"]);
  });

  test("keeps the last good agents when the text breaks", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
    const before = registry.snapshot;
    const event = await write(registryText({ a: {}, b: { owner: 7 } }));
    expect(event).toMatchObject({ type: "rejected", success: false, revision: 1, agentsCount: 1 });
    expect(event.error).toContain('Agent "b": expected "owner" to be text, found the number 7');
    expect(registry.snapshot).toBe(before);
    expect(registry.status).toMatchObject({ inSync: false, revision: 1, consecutiveFailures: 1 });
  });

  test("keeps what did not change identical across reloads", async () => {
    const { registry, write } = await openInMemory(
      registryText(["a", "b"], "config: { x: [1] }\n"),
    );
    const { agents, document } = registry.snapshot;
    const event = await write(registryText({ a: {}, b: { owner: "new" } }, "config: { x: [1] }\n"));
    expect(event).toMatchObject({ changes: { added: [], updated: ["b"], removed: [] } });
    expect(registry.snapshot.get("a")).toBe(agents.get("a"));
    expect(registry.snapshot.get("b")).not.toBe(agents.get("b"));
    expect(registry.snapshot.document).toBe(document);
  });
});

describe("reload$", () => {
  test("replays nothing, and fires when snapshot and status tell the same", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
    const seen: unknown[] = [];
    registry.reload$.subscribe((event) =>
      seen.push([event.revision, registry.snapshot.revision, registry.status.lastReload === event])
    );
    await write(registryText(["b"]));
    expect(seen).toEqual([[2, 2, true]]);
  });

  test("tells unchanged for comments and for another order", async () => {
    const text = registryText(["a", "b"]);
    const { registry, write } = await openInMemory(text);
    const before = registry.snapshot;
    const comment = text.replace("agents:", "# comment\nagents: # here too");
    for (const next of [comment, registryText(["b", "a"])]) {
      expect(await write(next)).toMatchObject({ type: "unchanged", revision: 1, success: true });
    }
    expect(registry.snapshot).toBe(before);
  });

  test("tells applied without changes when only what is around the agents changed", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
    const event = await write(registryText(["a"], 'version: "2.0"\n'));
    expect(event).toMatchObject({
      type: "applied",
      revision: 2,
      changes: { added: [], updated: [], removed: [] },
    });
    expect(registry.snapshot.document).toEqual({ version: "2.0" });
  });

  test("tells applied when only a warning came or went", async () => {
    const text = registryText(["a"]);
    const { registry, write } = await openInMemory(text);
    const warned = text.replace("  a:", "  a:\n    id: b");
    expect(await write(warned)).toMatchObject({ type: "applied", changes: { updated: [] } });
    expect(registry.snapshot.warnings).toMatchObject([{ code: "id-mismatch", line: 3 }]);
    expect(await write(`# moved\n${warned}`)).toMatchObject({ type: "unchanged" });
    expect(await write(text)).toMatchObject({ type: "applied", revision: 3 });
    expect(registry.snapshot.warnings).toEqual([]);
  });

  test("takes a reading with a warning of the source, and shows nobody's own objects", async () => {
    const issue = {
      code: "source-failed",
      severity: "warning",
      message: "slow",
      path: "x",
    } as const;
    const own = { ...issue };
    const source: RegistrySource = {
      change$: NEVER,
      read: () => of({ documents: [{ path: "x", content: "agents: {}" }], issues: [own] }),
    };
    await using registry = await openRegistry(source, quiet);
    Object.assign(own, { message: "changed later" });
    expect(registry.snapshot.warnings).toEqual([issue]);
    const { status } = registry;
    status.lastReload?.timestamp.setTime(0);
    status.lastSuccess?.setTime(0);
    expect(status.lastReload?.timestamp.getTime()).toBeGreaterThan(0);
    expect(status.lastSuccess).toEqual(status.lastReload?.timestamp);
  });

  test("stays rejected while a broken text is touched, and recovers with the old one", async () => {
    const text = registryText(["a"]);
    const { registry, write } = await openInMemory(text);
    expect(await write("agents: [")).toMatchObject({ type: "rejected" });
    expect(await registry.reload()).toMatchObject({ type: "rejected", cause: "manual" });
    expect(registry.status.consecutiveFailures).toBe(2);
    expect(await write(text)).toMatchObject({ type: "unchanged", revision: 1 });
    expect(registry.status).toMatchObject({ inSync: true, consecutiveFailures: 0, issues: [] });
  });

  test("reports a source that has lost its only document, and keeps the agents", async () => {
    const { source, registry } = await openInMemory(registryText(["a"]));
    const event = until(registry.reload$);
    source.remove("agents.yaml");
    expect(await event).toMatchObject({
      type: "rejected",
      agentsCount: 1,
      issues: [{ code: "missing-agents" }],
    });
  });

  test("takes the agents of a document away that is gone while others are left", async () => {
    const { source, registry, write } = await openInMemory(registryText(["a"]));
    source.write("more.yaml", registryText(["b"]));
    await until(registry.snapshot$, ({ agents }) => agents.size === 2);
    source.remove("more.yaml");
    await until(registry.snapshot$, ({ agents }) => agents.size === 1);
    expect(registry.snapshot.origins.get("a")).toEqual({
      path: "agents.yaml",
      line: 2,
      column: 3,
      pointer: "/agents/a",
    });
    expect(await write(registryText(["c"]))).toMatchObject({ paths: ["agents.yaml"] });
  });

  test("names both places of an agent that stands in two documents", async () => {
    const { source, registry } = await openInMemory(registryText(["a"]));
    const event = until(registry.reload$);
    source.write("more.yaml", registryText(["b", "a"]));
    expect(await event).toMatchObject({
      type: "rejected",
      issues: [{
        code: "duplicate-agent",
        path: "more.yaml",
        line: 9,
        message: 'Agent "a": stands already at agents.yaml:2:3',
      }],
    });
  });
});

describe("a subscriber that throws", () => {
  test("harms neither the others nor the pipeline; RxJS reports it", async () => {
    const reported: unknown[] = [];
    config.onUnhandledError = (error) => reported.push(error);
    try {
      const { registry, write } = await openInMemory(registryText(["a"]));
      registry.snapshot$.subscribe(() => {
        throw new Error("from snapshot$");
      });
      registry.reload$.subscribe(() => {
        throw new Error("from reload$");
      });
      const seen = idsOf(registry);
      await write(registryText(["b"]));
      await write(registryText(["c"]));
      expect(seen).toEqual(["a", "b", "c"]);
      await vi.waitUntil(() => reported.length === 5);
      expect(String(reported[0])).toContain("from snapshot$");
    } finally {
      config.onUnhandledError = null;
    }
  });
});

describe("agent", () => {
  test("returns the agent or throws, suggesting ids that are spelled alike", async () => {
    const { registry } = await openInMemory(registryText(["planner", "translator"]));
    expect(() => registry.agent(undefined as never)).toThrow(TypeError);
    expect(registry.agent("planner")).toMatchObject({ id: "planner", name: "planner" });
    expect(() => registry.agent("planer")).toThrow(AgentNotFoundError);
    expect(() => registry.agent("planer")).toThrow('did you mean "planner"?');
    expect(() => registry.agent("__proto__")).toThrow(AgentNotFoundError);
  });
});

describe("agent$", () => {
  test("follows one agent through change, removal and return, and nothing else", async () => {
    const { registry, write } = await openInMemory(registryText(["a", "b"]));
    const owners: (string | undefined)[] = [];
    const subscription = registry.agent$("a").subscribe((agent) => owners.push(agent?.owner));
    await write(registryText({ a: {}, b: { owner: "new" } }));
    await write(registryText({ a: { owner: "x" }, b: {} }));
    await write(registryText(["b"]));
    await write(registryText(["a", "b"]));
    subscription.unsubscribe();
    await write(registryText({ a: { owner: "unseen" } }));
    expect(owners).toEqual(["core", "x", undefined, "core"]);
  });

  test("starts with undefined for an id that is not there yet", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
    const seen: unknown[] = [];
    registry.agent$("b").subscribe((agent) => seen.push(agent?.id));
    await write(registryText(["a", "b"]));
    expect(seen).toEqual([undefined, "b"]);
  });

  test("sees every value in order when its subscriber causes a reload", async () => {
    const { source, registry } = await openInMemory(registryText(["a"]));
    const seen: unknown[] = [];
    registry.agent$("a").subscribe((agent) => {
      seen.push(agent?.owner);
      if (agent?.owner !== "core") return;
      source.write("agents.yaml", registryText({ a: { owner: "new" } }));
      void registry.reload();
    });
    await until(registry.agent$("a"), (agent) => agent?.owner === "new");
    expect(seen).toEqual(["core", "new"]);
  });
});

describe("list$ and select", () => {
  test("emit only when their result changed", async () => {
    const { registry, write } = await openInMemory(
      registryText({ a: { tags: ["x", "y"] }, b: {} }),
    );
    const lists: string[] = [];
    const counts: number[] = [];
    registry.list$({ tags: ["y", "x"] }).subscribe((agents) =>
      lists.push(agents.map(({ id }) => id).join(""))
    );
    registry.select(({ agents }) => agents.size).subscribe((count) => counts.push(count));
    await write(registryText({ a: { tags: ["x", "y"] }, b: { owner: "new" } }));
    await write(registryText({ a: { tags: ["x", "y"] }, c: { tags: ["x", "y", "z"] } }));
    await write(registryText({ a: { tags: ["x"] } }));
    expect(lists).toEqual(["a", "ac", ""]);
    expect(counts).toEqual([2, 1]);
  });

  test("select compares as it is told", async () => {
    const { registry, write } = await openInMemory(registryText({ a: {}, b: { owner: "x" } }));
    const owners: string[] = [];
    registry
      .select((snapshot) => [...snapshot.values("owner")].join(), (a, b) => a.length === b.length)
      .subscribe((all) => owners.push(all));
    await write(registryText({ a: {}, b: { owner: "y" } }));
    await write(registryText({ a: {}, b: { owner: "yz" } }));
    expect(owners).toEqual(["core,x", "core,yz"]);
  });

  test("a projection that throws ends its own stream and no other", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
    const failed = vi.fn();
    registry.select(({ revision }) => {
      if (revision === 2) throw new Error("cannot");
    }).subscribe({ error: failed });
    const seen = idsOf(registry);
    await write(registryText(["b"]));
    expect(failed).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(["a", "b"]);
  });
});

describe("async iteration", () => {
  test("gives the newest snapshot to a reader that was busy, and ends with close", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
    const iterator = registry[Symbol.asyncIterator]();
    const ids = async () => {
      const { value, done } = await iterator.next();
      return done === true ? "done" : [...value.agents.keys()].join("");
    };
    expect(await ids()).toBe("a");
    await write(registryText(["b"]));
    await write(registryText(["c"]));
    expect(await ids()).toBe("c");
    const waiting = ids();
    await write(registryText(["d"]));
    expect(await waiting).toBe("d");
    const last = ids();
    await registry.close();
    expect(await last).toBe("done");
    expect(await ids()).toBe("done");
  });

  test("holds nothing before its first use, and nothing after throw", async () => {
    const { registry } = await openInMemory(registryText(["a"]));
    const iterator = registry[Symbol.asyncIterator]();
    await expect(iterator.throw?.(new Error("stop"))).rejects.toThrow("stop");
    expect((await iterator.next()).done).toBe(true);
  });

  test("lets go when the loop is left", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
    for await (const snapshot of registry) {
      if (snapshot.agents.has("b")) break;
      void write(registryText(["b"]));
    }
    expect([...registry.snapshot.agents.keys()]).toEqual(["b"]);
  });
});

import { config, defer, delay, firstValueFrom, NEVER, of, Subject, switchMap, toArray } from "rxjs";
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type Agent,
  AgentNotFoundError,
  type AgentRegistry,
  type Logger,
  memorySource,
  openRegistry,
  RegistryLoadError,
  type RegistryOptions,
  type RegistrySource,
  registryState$,
  type ReloadEvent,
} from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { until } from "../until.ts";

const quiet = { debounceMs: 0, logger: false } satisfies RegistryOptions;
const opened = new Set<AgentRegistry<Agent>>();

async function open(text: string, options: RegistryOptions = {}) {
  const source = memorySource({ "agents.yaml": text });
  const registry = await openRegistry(source, { ...quiet, ...options });
  opened.add(registry);
  const write = async (next: string): Promise<ReloadEvent> => {
    const event = until(registry.reload$);
    source.write("agents.yaml", next);
    return await event;
  };
  return { source, registry, write };
}

/** What a subscriber has seen, as ids. */
function idsOf(registry: AgentRegistry<Agent>): string[] {
  const seen: string[] = [];
  registry.snapshot$.subscribe(({ agents }) => seen.push([...agents.keys()].join("")));
  return seen;
}

function logger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = (level: string) => (message: string): void => void lines.push(`${level} ${message}`);
  return {
    lines,
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
  };
}

afterEach(async () => {
  for (const registry of opened) await registry.close();
  opened.clear();
});

describe("openRegistry", () => {
  test("resolves after the first load", async () => {
    const { registry } = await open(registryText(["a", "b"]));
    expect(registry.snapshot.revision).toBe(1);
    expect([...registry.snapshot.agents.keys()]).toEqual(["a", "b"]);
    expect(registry.status).toMatchObject({ inSync: true, watching: "events", issues: [] });
    expect(registry.status.lastReload).toMatchObject({ type: "applied", cause: "initial" });
  });

  test("rejects with every issue when the first load fails, and shows its frame when asked", async () => {
    const text = registryText({ a: { category: "prod" }, b: { version: 1 } });
    const failure = await open(text).catch((error) => error);
    expect(failure).toBeInstanceOf(RegistryLoadError);
    expect(failure.issues.map(({ code }: { code: string }) => code)).toEqual([
      "invalid-agent",
      "invalid-agent",
    ]);
    expect(failure.message).toContain("agents.yaml:4:15");
    const frame = '> 4 |     category: "prod"';
    expect(failure.message).not.toContain(frame);
    expect(failure.format({ frames: true })).toContain(frame);
  });

  test("lets go of the source when the first load fails", async () => {
    const changes = new Subject<never>();
    const source: RegistrySource = {
      change$: changes,
      read: () => of({ documents: [{ path: "x", content: "" }], issues: [] }),
    };
    await expect(openRegistry(source, quiet)).rejects.toBeInstanceOf(RegistryLoadError);
    expect(changes.observed).toBe(false);
  });

  test("opens empty with required: false, and waits for a good text", async () => {
    const { registry, write } = await open("agents: [", { required: false });
    expect(registry.snapshot.revision).toBe(0);
    expect(registry.snapshot.agents.size).toBe(0);
    expect(registry.status).toMatchObject({
      inSync: false,
      consecutiveFailures: 1,
      lastSuccess: undefined,
    });
    expect(registry.status.issues[0]?.code).toBe("yaml-syntax");
    expect(await write(registryText(["a"]))).toMatchObject({ type: "applied", revision: 1 });
    expect(registry.status).toMatchObject({ inSync: true, consecutiveFailures: 0, issues: [] });
  });

  test("loads a registry without agents as revision 1", async () => {
    const { registry } = await open("agents: {}");
    expect(registry.snapshot.revision).toBe(1);
    expect(registry.snapshot.agents.size).toBe(0);
  });

  test("rejects misuse by name", async () => {
    const source = memorySource({ "agents.yaml": "agents: {}" });
    const misuse = (options: object, input: unknown = source) =>
      openRegistry(input as RegistrySource, options);
    await expect(misuse({ debounceMs: -1 })).rejects.toThrow(RangeError);
    await expect(misuse({ debounceMs: NaN })).rejects.toThrow(RangeError);
    await expect(misuse({ debounceMs: "1" })).rejects.toThrow(TypeError);
    await expect(misuse({ maxWaitMs: Infinity })).rejects.toThrow(RangeError);
    await expect(misuse({ debounceMs: 2 ** 31 })).rejects.toThrow(RangeError);
    await expect(misuse({ files: { pollMs: Infinity } }, "a.yaml")).rejects.toThrow(RangeError);
    await expect(misuse({ watch: "no" })).rejects.toThrow(TypeError);
    await expect(misuse({ logger: true })).rejects.toThrow(TypeError);
    await expect(misuse({ logger: null })).rejects.toThrow(TypeError);
    await expect(misuse({ schema: {} })).rejects.toThrow(TypeError);
    await expect(misuse({ files: {} })).rejects.toThrow(TypeError);
    await expect(misuse({ onInvalid: "ignore" })).rejects.toThrow(TypeError);
    await expect(misuse({ guard: true })).rejects.toThrow(TypeError);
    await expect(misuse({ history: "50" })).rejects.toThrow(TypeError);
    for (const history of [-1, 1.5, NaN, Infinity]) {
      await expect(misuse({ history })).rejects.toThrow(RangeError);
    }
    await expect(misuse({}, 42)).rejects.toThrow(TypeError);
    await expect(misuse({}, null)).rejects.toThrow(TypeError);
    await expect(misuse({}, [])).rejects.toThrow(TypeError);
    await expect(misuse({}, "")).rejects.toThrow(TypeError);
    await expect(misuse({}, new URL("ftp://localhost/a"))).rejects.toThrow(TypeError);
    await expect(misuse({ files: { pollMs: 0 } }, "a.yaml")).rejects.toThrow(RangeError);
    await expect(misuse({ files: { maxBytes: "1" } }, "a.yaml")).rejects.toThrow(TypeError);
  });

  test("rejects with the signal's reason when it is aborted before", async () => {
    const reason = new Error("too late");
    const source = memorySource({ "agents.yaml": "agents: {}" });
    const opening = openRegistry(source, { ...quiet, signal: AbortSignal.abort(reason) });
    await expect(opening).rejects.toBe(reason);
  });

  test("rejects with the signal's reason when it is aborted while opening", async () => {
    const controller = new AbortController();
    const changes = new Subject<never>();
    const source: RegistrySource = { change$: changes, read: () => NEVER };
    const opening = openRegistry(source, { ...quiet, signal: controller.signal });
    expect(changes.observed).toBe(true);
    const reason = new Error("changed my mind");
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(changes.observed).toBe(false);
  });

  test("rejects when the source aborts the signal while it is subscribed or read", async () => {
    for (const where of ["change$", "read"]) {
      const controller = new AbortController();
      const reason = new Error("not any more");
      const abort = () => controller.abort(reason);
      const source: RegistrySource = {
        change$: where === "change$" ? defer(() => (abort(), NEVER)) : NEVER,
        read: () => where === "read" ? (abort(), NEVER) : NEVER,
      };
      const opening = openRegistry(source, { ...quiet, signal: controller.signal });
      await expect(opening).rejects.toBe(reason);
    }
  });

  test("closes when the signal is aborted later", async () => {
    const controller = new AbortController();
    const { registry } = await open(registryText(["a"]), { signal: controller.signal });
    const closed = firstValueFrom(registry.reload$.pipe(toArray()));
    controller.abort();
    expect(await closed).toEqual([]);
    await expect(registry.reload()).rejects.toThrow("closed");
  });
});

describe("snapshot$", () => {
  test("replays the latest and emits once a revision", async () => {
    const { registry, write } = await open(registryText(["a"]));
    await write(registryText(["a", "b"]));
    const late = idsOf(registry);
    await write(registryText(["a", "b"]) + "# a comment\n");
    await write(registryText(["b"]));
    expect(late).toEqual(["ab", "b"]);
  });

  test("keeps the last good agents when the text breaks", async () => {
    const { registry, write } = await open(registryText(["a"]));
    const before = registry.snapshot;
    const event = await write(registryText({ a: {}, b: { owner: 7 } }));
    expect(event).toMatchObject({ type: "rejected", success: false, revision: 1, agentsCount: 1 });
    expect(event.error).toContain('Agent "b": expected "owner" to be text, found the number 7');
    expect(registry.snapshot).toBe(before);
    expect(registry.status).toMatchObject({ inSync: false, revision: 1, consecutiveFailures: 1 });
  });

  test("keeps what did not change identical across reloads", async () => {
    const { registry, write } = await open(registryText(["a", "b"], "config: { x: [1] }\n"));
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
    const { registry, write } = await open(registryText(["a"]));
    const seen: unknown[] = [];
    registry.reload$.subscribe((event) =>
      seen.push([event.revision, registry.snapshot.revision, registry.status.lastReload === event])
    );
    await write(registryText(["b"]));
    expect(seen).toEqual([[2, 2, true]]);
  });

  test("tells unchanged for comments and for another order", async () => {
    const text = registryText(["a", "b"]);
    const { registry, write } = await open(text);
    const before = registry.snapshot;
    const comment = text.replace("agents:", "# comment\nagents: # here too");
    for (const next of [comment, registryText(["b", "a"])]) {
      expect(await write(next)).toMatchObject({ type: "unchanged", revision: 1, success: true });
    }
    expect(registry.snapshot).toBe(before);
  });

  test("tells applied without changes when only what is around the agents changed", async () => {
    const { registry, write } = await open(registryText(["a"]));
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
    const { registry, write } = await open(text);
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
    const registry = await openRegistry(source, quiet);
    opened.add(registry);
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
    const { registry, write } = await open(text);
    expect(await write("agents: [")).toMatchObject({ type: "rejected" });
    expect(await registry.reload()).toMatchObject({ type: "rejected", cause: "manual" });
    expect(registry.status.consecutiveFailures).toBe(2);
    expect(await write(text)).toMatchObject({ type: "unchanged", revision: 1 });
    expect(registry.status).toMatchObject({ inSync: true, consecutiveFailures: 0, issues: [] });
  });

  test("reports a source that has lost its only document, and keeps the agents", async () => {
    const { source, registry } = await open(registryText(["a"]));
    const event = until(registry.reload$);
    source.remove("agents.yaml");
    expect(await event).toMatchObject({
      type: "rejected",
      agentsCount: 1,
      issues: [{ code: "missing-agents" }],
    });
  });

  test("takes the agents of a document away that is gone while others are left", async () => {
    const { source, registry, write } = await open(registryText(["a"]));
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
    const { source, registry } = await open(registryText(["a"]));
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
      const { registry, write } = await open(registryText(["a"]));
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

describe("onReload", () => {
  test("calls back after every reload until it is removed", async () => {
    const { registry, write } = await open(registryText(["a"]));
    const types: string[] = [];
    const remove = registry.onReload(({ type }) => types.push(type));
    await write(registryText(["b"]));
    await write("agents: [");
    remove();
    remove();
    await write(registryText(["c"]));
    expect(types).toEqual(["applied", "rejected"]);
  });

  test("logs a callback that throws or rejects, and still calls the others", async () => {
    const log = logger();
    const { registry, write } = await open(registryText(["a"]), { logger: log });
    registry.onReload(() => {
      throw new Error("sync");
    });
    // deno-lint-ignore require-await -- a callback that rejects is the point
    registry.onReload(async () => {
      throw new Error("async");
    });
    const called = vi.fn();
    registry.onReload(called);
    await write(registryText(["b"]));
    expect(called).toHaveBeenCalledTimes(1);
    await vi.waitUntil(() => log.lines.filter((line) => line.startsWith("error")).length === 2);
    expect(log.lines).toContain("error A reload callback failed");
  });

  test("throws a TypeError for what is no function", async () => {
    const { registry } = await open(registryText(["a"]));
    expect(() => registry.onReload(undefined as never)).toThrow(TypeError);
  });
});

describe("reload", () => {
  test("reads at once, without debounce, and tells what came of it", async () => {
    const { source, registry } = await open(registryText(["a"]), {
      watch: false,
      debounceMs: 60_000,
    });
    source.write("agents.yaml", registryText(["a", "b"]));
    expect(await registry.reload()).toMatchObject({
      type: "applied",
      cause: "manual",
      paths: ["agents.yaml"],
      previousCount: 1,
      agentsCount: 2,
    });
  });

  test("keeps events in order when a subscriber calls it", async () => {
    const { registry, write } = await open(registryText(["a"]));
    const seen: string[] = [];
    let again = true;
    registry.reload$.subscribe((event) => {
      seen.push(`first ${event.type}`);
      if (again) void registry.reload();
      again = false;
    });
    const done = until(registry.reload$, ({ cause }) => cause === "manual");
    registry.reload$.subscribe((event) => seen.push(`second ${event.type}`));
    await write(registryText(["b"]));
    await done;
    expect(seen).toEqual([
      "first applied",
      "second applied",
      "first unchanged",
      "second unchanged",
    ]);
  });

  test("keeps snapshots in order when a subscriber of snapshot$ writes and reloads", async () => {
    const { source, registry, write } = await open(registryText(["a"]));
    registry.snapshot$.subscribe(({ agents }) => {
      if (!agents.has("b")) return;
      source.write("agents.yaml", registryText(["c"]));
      void registry.reload();
    });
    const late = idsOf(registry);
    await write(registryText(["b"]));
    await until(registry.snapshot$, ({ agents }) => agents.has("c"));
    expect(late).toEqual(["a", "b", "c"]);
  });

  test("answers calls during a slow read together, with what is read after them", async () => {
    let reads = 0;
    const source: RegistrySource = {
      change$: NEVER,
      read: () => {
        const content = registryText([`agent${++reads}`]);
        const reading = of({ documents: [{ path: "x", content }], issues: [] });
        return reads === 2 ? reading.pipe(delay(0)) : reading;
      },
    };
    const registry = await openRegistry(source, quiet);
    opened.add(registry);
    const [first, ...others] = [1, 2, 3, 4].map(() => registry.reload());
    const events = await Promise.all(others);
    expect((await first)?.revision).toBe(2);
    expect(new Set(events).size).toBe(1);
    expect(events[0]?.revision).toBe(3);
    expect(reads).toBe(3);
  });
});

describe("start and stop", () => {
  test("a subscriber that stops or starts is told of it after what it was told", async () => {
    const { registry, write } = await open(registryText(["a"]));
    registry.snapshot$.subscribe(({ revision }) => {
      if (revision === 2) void registry.stop();
      if (revision === 2) void registry.start();
      if (revision === 2) void registry.stop();
    });
    const seen: string[] = [];
    registry.status$.subscribe(({ revision, watching }) => seen.push(`${revision} ${watching}`));
    await write(registryText(["b"]));
    await until(registry.status$, ({ watching }) => watching === "stopped");
    expect(seen[0]).toBe("1 events");
    expect(seen[1]).toBe("2 events");
    expect(seen.at(-1)).toBe("2 stopped");
    expect(await firstValueFrom(registry.status$)).toBe(registry.status);
  });

  test("a change that was being read when stop came is not published", async () => {
    const changes = new Subject<{ type: "changed"; paths: string[] }>();
    const gate = new Subject<void>();
    let reads = 0;
    const source: RegistrySource = {
      change$: changes,
      read: () => {
        const content = registryText([`agent${++reads}`]);
        const reading = of({ documents: [{ path: "x", content }], issues: [] });
        return reads === 2 ? gate.pipe(switchMap(() => reading)) : reading;
      },
    };
    const registry = await openRegistry(source, quiet);
    opened.add(registry);
    changes.next({ type: "changed", paths: [] });
    await vi.waitUntil(() => reads === 2);
    await registry.stop();
    gate.next();
    expect([...registry.snapshot.agents.keys()]).toEqual(["agent1"]);
    await registry.start();
    expect([...registry.snapshot.agents.keys()]).toEqual(["agent3"]);
  });

  test("turn watching off and on; the data stays, and what was missed is caught up with", async () => {
    const { source, registry } = await open(registryText(["a"]));
    await registry.stop();
    expect(registry.status.watching).toBe("stopped");
    source.write("agents.yaml", registryText(["b"]));
    expect([...registry.snapshot.agents.keys()]).toEqual(["a"]);
    const event = until(registry.reload$);
    await registry.start();
    expect(await event).toMatchObject({ type: "applied", cause: "change" });
    expect(registry.status.watching).toBe("events");
  });

  test("starting twice rejects, stopping twice does not", async () => {
    const { registry } = await open(registryText(["a"]));
    await expect(registry.start()).rejects.toThrow("watching already");
    await registry.stop();
    await registry.stop();
    await registry.start();
    await expect(registry.start()).rejects.toThrow("watching already");
  });

  test("watch: false opens without watching", async () => {
    const { registry } = await open(registryText(["a"]), { watch: false });
    expect(registry.status.watching).toBe("stopped");
    await registry.start();
    expect(registry.status.watching).toBe("events");
  });
});

describe("close", () => {
  test("completes every stream, and closing twice is closing once", async () => {
    const { registry } = await open(registryText(["a"]));
    const done: string[] = [];
    registry.snapshot$.subscribe({ complete: () => done.push("snapshot$") });
    registry.reload$.subscribe({ complete: () => done.push("reload$") });
    registry.status$.subscribe({ complete: () => done.push("status$") });
    registry.agent$("a").subscribe({ complete: () => done.push("agent$") });
    registry.list$().subscribe({ complete: () => done.push("list$") });
    const closing = registry.close();
    expect(registry.close()).toBe(closing);
    await closing;
    expect(done.sort()).toEqual(["agent$", "list$", "reload$", "snapshot$", "status$"]);
    expect(registry.status.watching).toBe("stopped");
    expect(registry.agent("a").name).toBe("a");
    await registry.stop();
    await expect(registry.start()).rejects.toThrow("closed");
  });

  test("leaves the last snapshot, status and agents to whoever subscribes later", async () => {
    const { registry } = await open(registryText(["a"]));
    await registry.close();
    expect(await firstValueFrom(registry.snapshot$.pipe(toArray()))).toEqual([registry.snapshot]);
    expect(await firstValueFrom(registry.status$.pipe(toArray()))).toEqual([registry.status]);
    expect(await firstValueFrom(registry.agent$("a").pipe(toArray()))).toEqual([
      registry.agent("a"),
    ]);
    expect(await firstValueFrom(registry.list$().pipe(toArray()))).toHaveLength(1);
    expect(await firstValueFrom(registry.reload$.pipe(toArray()))).toEqual([]);
  });

  test("is known to who closes, starts or reloads because of it", async () => {
    const { registry } = await open(registryText(["a"]));
    const closings = new Set<Promise<void>>();
    const refused: unknown[] = [];
    registry.status$.subscribe(({ watching }) => {
      if (watching === "stopped") closings.add(registry.close());
    });
    registry.reload$.subscribe({
      complete: () => {
        registry.reload().catch((error) => refused.push(error.message));
        registry.start().catch((error) => refused.push(error.message));
      },
    });
    closings.add(registry.close());
    await Promise.all(closings);
    expect(closings.size).toBe(1);
    expect(refused).toEqual(["The registry is closed", "The registry is closed"]);
  });

  test("answers a reload that was applied, also when a subscriber closes because of it", async () => {
    const { source, registry } = await open(registryText(["a"]));
    registry.reload$.subscribe(() => void registry.close());
    source.write("agents.yaml", registryText(["b"]));
    expect(await registry.reload()).toMatchObject({ type: "applied", revision: 2 });
  });

  test("waits until the source has released what it held", async () => {
    const released = vi.fn(() => Promise.resolve());
    const source = { ...memorySource({ x: "agents: {}" }), released };
    const registry = await openRegistry(source, quiet);
    await registry.close();
    expect(released).toHaveBeenCalled();
  });

  test("during a read rejects the reload that waits for it", async () => {
    let reads = 0;
    const source: RegistrySource = {
      change$: NEVER,
      read: () =>
        reads++ === 0
          ? of({ documents: [{ path: "x", content: "agents: {}" }], issues: [] })
          : NEVER,
    };
    const registry = await openRegistry(source, quiet);
    const reload = registry.reload();
    await registry.close();
    await expect(reload).rejects.toThrow("closed");
  });

  test("can be called by a subscriber in the middle of an event", async () => {
    const { registry, write } = await open(registryText(["a"]));
    const after: string[] = [];
    registry.snapshot$.subscribe(({ revision }) => {
      if (revision === 2) void registry.close();
    });
    registry.reload$.subscribe({
      next: () => after.push("event"),
      complete: () => after.push("end"),
    });
    await write(registryText(["b"])).catch(() => undefined);
    expect(after).toEqual(["end"]);
  });

  test("is what await using does", async () => {
    let seen: AgentRegistry<Agent> | undefined;
    {
      await using registry = await openRegistry(memorySource({ x: "agents: {}" }), quiet);
      seen = registry;
    }
    await expect(seen.reload()).rejects.toThrow("closed");
  });
});

describe("agent", () => {
  test("returns the agent or throws, suggesting ids that are spelled alike", async () => {
    const { registry } = await open(registryText(["planner", "translator"]));
    expect(() => registry.agent(undefined as never)).toThrow(TypeError);
    expect(registry.agent("planner")).toMatchObject({ id: "planner", name: "planner" });
    expect(() => registry.agent("planer")).toThrow(AgentNotFoundError);
    expect(() => registry.agent("planer")).toThrow('did you mean "planner"?');
    expect(() => registry.agent("__proto__")).toThrow(AgentNotFoundError);
  });
});

describe("agent$", () => {
  test("follows one agent through change, removal and return, and nothing else", async () => {
    const { registry, write } = await open(registryText(["a", "b"]));
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
    const { registry, write } = await open(registryText(["a"]));
    const seen: unknown[] = [];
    registry.agent$("b").subscribe((agent) => seen.push(agent?.id));
    await write(registryText(["a", "b"]));
    expect(seen).toEqual([undefined, "b"]);
  });

  test("sees every value in order when its subscriber causes a reload", async () => {
    const { source, registry } = await open(registryText(["a"]));
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
    const { registry, write } = await open(registryText({ a: { tags: ["x", "y"] }, b: {} }));
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
    const { registry, write } = await open(registryText({ a: {}, b: { owner: "x" } }));
    const owners: string[] = [];
    registry
      .select((snapshot) => [...snapshot.values("owner")].join(), (a, b) => a.length === b.length)
      .subscribe((all) => owners.push(all));
    await write(registryText({ a: {}, b: { owner: "y" } }));
    await write(registryText({ a: {}, b: { owner: "yz" } }));
    expect(owners).toEqual(["core,x", "core,yz"]);
  });

  test("a projection that throws ends its own stream and no other", async () => {
    const { registry, write } = await open(registryText(["a"]));
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
    const { registry, write } = await open(registryText(["a"]));
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
    const { registry } = await open(registryText(["a"]));
    const iterator = registry[Symbol.asyncIterator]();
    await expect(iterator.throw?.(new Error("stop"))).rejects.toThrow("stop");
    expect((await iterator.next()).done).toBe(true);
  });

  test("lets go when the loop is left", async () => {
    const { registry, write } = await open(registryText(["a"]));
    for await (const snapshot of registry) {
      if (snapshot.agents.has("b")) break;
      void write(registryText(["b"]));
    }
    expect([...registry.snapshot.agents.keys()]).toEqual(["b"]);
  });
});

describe("logging", () => {
  test("writes one line a reload, with positions but without values", async () => {
    const log = logger();
    const { write } = await open(registryText({ a: { owner: "hunter2" } }), { logger: log });
    await write(registryText({ a: { owner: "hunter2", category: "hunter2" } }));
    await write(registryText({ a: { owner: "hunter3" } }));
    const lines = log.lines.filter((line) => !line.startsWith("debug"));
    expect(lines[0]).toMatch(/^info Registry applied revision 1 \(1 agents\)/);
    expect(lines[1]).toMatch(/^warn Registry change rejected.*agents\.yaml:4:15 invalid-agent/);
    expect(lines[2]).toMatch(/^info Registry applied revision 2/);
    expect(lines).toHaveLength(3);
    expect(log.lines.join("\n")).not.toContain("hunter");
  });

  test("survives a logger that throws", async () => {
    const fail = () => {
      throw new Error("disk full");
    };
    const { registry, write } = await open(registryText(["a"]), {
      logger: { debug: fail, info: fail, warn: fail, error: fail },
    });
    await write(registryText(["b"]));
    expect(registry.snapshot.revision).toBe(2);
  });
});

describe("registryState$", () => {
  test("starts with the state after the first load, and follows", async () => {
    const source = memorySource({ "agents.yaml": registryText(["a"]) });
    const seen: string[] = [];
    const subscription = registryState$(source, quiet).subscribe(({ snapshot, status }) =>
      seen.push(`${status.lastReload?.type} ${[...snapshot.agents.keys()].join("")}`)
    );
    const state$ = registryState$(source, quiet);
    source.write("agents.yaml", registryText(["b"]));
    await until(state$, ({ snapshot }) => snapshot.agents.has("b"));
    await vi.waitUntil(() => seen.length === 2);
    subscription.unsubscribe();
    source.write("agents.yaml", registryText(["c"]));
    expect(seen).toEqual(["applied a", "applied b"]);
  });

  test("gives issues and revision 0 instead of an error when the first load fails", async () => {
    const state = await until(registryState$(memorySource({ x: "agents: [" }), quiet));
    expect(state.snapshot.revision).toBe(0);
    expect(state.status.issues[0]?.code).toBe("yaml-syntax");
  });

  test("completes after the first state with watch: false", async () => {
    const state$ = registryState$(memorySource({ x: "agents: {}" }), { ...quiet, watch: false });
    expect(await firstValueFrom(state$.pipe(toArray()))).toHaveLength(1);
  });

  test("lets go of the source when it is unsubscribed", () => {
    const changes = new Subject<never>();
    const source: RegistrySource = { change$: changes, read: () => NEVER };
    const subscription = registryState$(source, quiet).subscribe();
    expect(changes.observed).toBe(true);
    subscription.unsubscribe();
    expect(changes.observed).toBe(false);
  });

  test("throws at once for misuse", () => {
    expect(() => registryState$("a.yaml", { debounceMs: -1 })).toThrow(RangeError);
    expect(() => registryState$([])).toThrow(TypeError);
  });
});

import { delay, NEVER, of } from "rxjs";
import { describe, expect, test, vi } from "vitest";
import { openRegistry, type RegistrySource } from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { until } from "../until.ts";
import { idsOf, openInMemory, quiet, recordingLogger } from "./open-in-memory.ts";

describe("onReload", () => {
  test("calls back after every reload until it is removed", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
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
    const log = recordingLogger();
    const { registry, write } = await openInMemory(registryText(["a"]), { logger: log });
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
    const { registry } = await openInMemory(registryText(["a"]));
    expect(() => registry.onReload(undefined as never)).toThrow(TypeError);
  });
});

describe("reload", () => {
  test("reads at once, without debounce, and tells what came of it", async () => {
    const { source, registry } = await openInMemory(registryText(["a"]), {
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
    const { registry, write } = await openInMemory(registryText(["a"]));
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
    const { source, registry, write } = await openInMemory(registryText(["a"]));
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
    await using registry = await openRegistry(source, quiet);
    const [first, ...others] = [1, 2, 3, 4].map(() => registry.reload());
    const events = await Promise.all(others);
    expect((await first)?.revision).toBe(2);
    expect(new Set(events).size).toBe(1);
    expect(events[0]?.revision).toBe(3);
    expect(reads).toBe(3);
  });
});

describe("logging", () => {
  test("writes one line a reload, with positions but without values", async () => {
    const log = recordingLogger();
    const { write } = await openInMemory(registryText({ a: { owner: "hunter2" } }), {
      logger: log,
    });
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
    const { registry, write } = await openInMemory(registryText(["a"]), {
      logger: { debug: fail, info: fail, warn: fail, error: fail },
    });
    await write(registryText(["b"]));
    expect(registry.snapshot.revision).toBe(2);
  });
});

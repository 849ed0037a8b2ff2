import { firstValueFrom, NEVER, of, Subject, switchMap, toArray } from "rxjs";
import { describe, expect, test, vi } from "vitest";
import {
  type Agent,
  type AgentRegistry,
  memorySource,
  openRegistry,
  type RegistrySource,
} from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { until } from "../until.ts";
import { openInMemory, quiet } from "./open-in-memory.ts";

describe("start and stop", () => {
  test("a subscriber that stops or starts is told of it after what it was told", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
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
    await using registry = await openRegistry(source, quiet);
    changes.next({ type: "changed", paths: [] });
    await vi.waitUntil(() => reads === 2);
    await registry.stop();
    gate.next();
    expect([...registry.snapshot.agents.keys()]).toEqual(["agent1"]);
    await registry.start();
    await until(registry.snapshot$, ({ agents }) => agents.has("agent3"));
  });

  test("turn watching off and on; the data stays, and what was missed is caught up with", async () => {
    const { source, registry } = await openInMemory(registryText(["a"]));
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
    const { registry } = await openInMemory(registryText(["a"]));
    await expect(registry.start()).rejects.toThrow("watching already");
    await registry.stop();
    await registry.stop();
    await registry.start();
    await expect(registry.start()).rejects.toThrow("watching already");
  });

  test("watch: false opens without watching", async () => {
    const { registry } = await openInMemory(registryText(["a"]), { watch: false });
    expect(registry.status.watching).toBe("stopped");
    await registry.start();
    expect(registry.status.watching).toBe("events");
  });
});

describe("close", () => {
  test("completes every stream, and closing twice is closing once", async () => {
    const { registry } = await openInMemory(registryText(["a"]));
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
    const { registry } = await openInMemory(registryText(["a"]));
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
    const { registry } = await openInMemory(registryText(["a"]));
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
    const { source, registry } = await openInMemory(registryText(["a"]));
    registry.reload$.subscribe(() => void registry.close());
    source.write("agents.yaml", registryText(["b"]));
    expect(await registry.reload()).toMatchObject({ type: "applied", revision: 2 });
  });

  test("waits until the source has released what it held", async () => {
    const released = vi.fn(() => Promise.resolve());
    const source = { ...memorySource({ x: "agents: {}" }), released };
    await using registry = await openRegistry(source, quiet);
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
    await using registry = await openRegistry(source, quiet);
    const reload = registry.reload();
    await registry.close();
    await expect(reload).rejects.toThrow("closed");
  });

  test("can be called by a subscriber in the middle of an event", async () => {
    const { registry, write } = await openInMemory(registryText(["a"]));
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

import { firstValueFrom } from "rxjs";
import { afterEach, describe, expect, test } from "vitest";
import { memorySource, openRegistry, type RegistryOptions, type ReloadEvent } from "../../mod.ts";
import type { LiveRegistry, LiveRegistryOptions } from "../../src/registry/live-registry.ts";
import { registryText } from "../registry-text.ts";
import { openToys, type Toy, wordsOf } from "../toy-registry.ts";
import { until } from "../until.ts";

const opened = new Set<LiveRegistry<Toy>>();

/** A registry that has served these contents of one document, each as a revision. */
async function served(
  contents: readonly string[],
  options: Partial<LiveRegistryOptions<Toy>> = {},
) {
  const { registry, source } = await openToys({ x: contents[0]! }, options);
  opened.add(registry);
  /** Saves, and waits for what comes of it. */
  const write = async (content: string): Promise<ReloadEvent> => {
    const event = until(registry.reload$);
    source.write("x", content);
    return await event;
  };
  for (const content of contents.slice(1)) await write(content);
  return { registry, source, write };
}

afterEach(async () => {
  for (const registry of opened) await registry.close();
  opened.clear();
});

describe("rollback", () => {
  test("serves an older revision again as a new one, and tells what that changes", async () => {
    const { registry } = await served(["a=1 b=1 @v=1", "a=2 b=1 c=1 @v=2"]);
    const before = registry.snapshot;
    const event = await registry.rollback(1);
    expect(event).toMatchObject({
      ...{ type: "applied", cause: "rollback", success: true, revision: 3, paths: [] },
      changes: { added: [], updated: ["a"], removed: ["c"] },
      agentsCount: 2,
      previousCount: 3,
    });
    expect(`${event}`).toMatch(/^applied revision 3 \(2 agents\) by rollback: 0 added, 1 updated/);
    expect(wordsOf(registry.snapshot)).toBe("a=1 b=1");
    expect(registry.snapshot.get("b")).toBe(before.get("b"));
    expect(registry.snapshot.document).toEqual({ v: "1" });
    expect(registry.snapshot.loadedAt).toEqual(event.timestamp);
  });

  test("serves the objects of the older snapshot, and leaves that one as it was", async () => {
    const { registry, write } = await served(["a=1 b=1"]);
    const first = registry.snapshot;
    await write("a=2");
    await registry.rollback(1);
    expect(registry.snapshot).not.toBe(first);
    expect(first.revision).toBe(1);
    for (const [id, agent] of first.agents) expect(registry.snapshot.get(id)).toBe(agent);
    expect(registry.snapshot.origins.get("b")).toBe(first.origins.get("b"));
  });

  test("keeps the served object of an agent that is equal in both revisions", async () => {
    const { registry, write } = await served(["a=1 b=1", "a=2 b=1", "a=1 b=2"]);
    const served3 = registry.snapshot.get("a");
    const seen: unknown[] = [];
    registry.agent$("a").subscribe((agent) => seen.push(agent));
    expect(await registry.rollback(1)).toMatchObject({ changes: { updated: ["b"] } });
    expect(seen).toEqual([served3]);
    await write("b=1");
    expect(seen).toEqual([served3, undefined]);
  });

  test("pins the revision: not in sync, with no issue, and nothing counted as failed", async () => {
    const { registry } = await served(["a=1", "a=2"]);
    const { lastSuccess } = registry.status;
    const event = await registry.rollback(1);
    expect(registry.status).toMatchObject({
      ...{ revision: 3, pinned: 1, inSync: false, issues: [], consecutiveFailures: 0 },
      lastSuccess,
      lastReload: event,
      servedSince: registry.snapshot.loadedAt,
    });
  });

  test("leaves failures, and what is wrong with the files, as they are", async () => {
    const { registry } = await served(["a=1", "a=2", "a!bad", "a!worse"]);
    const { lastSuccess, issues } = registry.status;
    await registry.rollback(1);
    expect(registry.status).toMatchObject({
      pinned: 1,
      consecutiveFailures: 2,
      lastSuccess,
      issues,
    });
    expect(issues).toMatchObject([{ message: "a: worse" }]);
  });

  test("of the revision that is served pins it as it is", async () => {
    const { registry, write } = await served(["a=1", "a=2"]);
    const { snapshot } = registry;
    expect(await registry.rollback(2)).toMatchObject({ type: "unchanged", cause: "rollback" });
    expect(registry.snapshot).toBe(snapshot);
    expect(registry.status).toMatchObject({ pinned: 2, inSync: false, revision: 2 });
    await write("a=2 ");
    expect(registry.status.pinned).toBe(2);
    await registry.unpin();
    expect(registry.status).toMatchObject({ pinned: undefined, inSync: true, revision: 2 });
  });

  test("can go back and forth, also to what was a rollback itself", async () => {
    const { registry } = await served(["a=1", "a=2"]);
    await registry.rollback(1);
    await registry.rollback(2);
    expect(wordsOf(registry.snapshot)).toBe("a=2");
    expect(registry.status).toMatchObject({ revision: 4, pinned: 2 });
    await registry.rollback(3);
    expect(wordsOf(registry.snapshot)).toBe("a=1");
    expect(registry.status).toMatchObject({ revision: 5, pinned: 3, inSync: false });
  });

  test("brings stale agents back as stale", async () => {
    const { registry } = await served(["a=1 b=1", "a!bad b=1", "a=2 b=1"], {
      onInvalid: "isolate",
    });
    expect(registry.status).toMatchObject({ staleAgents: 0, inSync: true });
    await registry.rollback(2);
    expect(wordsOf(registry.snapshot)).toBe("a=1! b=1");
    expect(registry.status).toMatchObject({ staleAgents: 1, pinned: 2, issues: [] });
  });

  test("works while watching is stopped", async () => {
    const { registry, source } = await served(["a=1", "a=2"]);
    await registry.stop();
    expect(await registry.rollback(1)).toMatchObject({ type: "applied", revision: 3 });
    expect(registry.status).toMatchObject({ watching: "stopped", pinned: 1 });
    source.write("x", "a=2 ");
    const caughtUp = until(registry.reload$);
    await registry.start();
    expect(await caughtUp).toMatchObject({ type: "unchanged" });
    expect(registry.status.pinned).toBe(1);
    await registry.stop();
    source.write("x", "a=3");
    const edited = until(registry.reload$);
    await registry.start();
    expect(await edited).toMatchObject({ type: "applied", cause: "change" });
    expect(registry.status).toMatchObject({ pinned: undefined, inSync: true });
  });

  test.each([0, 4, -1, 1.5, Number.NaN, "1", undefined])(
    "rejects for %s, which is no revision that is kept",
    async (revision) => {
      const { registry } = await served(["a=1", "a=2", "a=3"]);
      const failure = await registry.rollback(revision as number).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(RangeError);
      expect(String(failure)).toBe(
        `RangeError: Expected a revision that is kept (1 to 3), got ${revision}`,
      );
      expect(registry.status).toMatchObject({ pinned: undefined, inSync: true });
    },
  );

  test.each([
    [0, "No revision is kept: open the registry with `history` above 0"],
    [1, "Expected a revision that is kept (3), got 1"],
    [2, "Expected a revision that is kept (2 to 3), got 1"],
  ])("with history: %i knows no more than that many", async (history, message) => {
    const { registry } = await served(["a=1", "a=2", "a=3"], { history });
    await expect(registry.rollback(1)).rejects.toThrow(message);
  });

  test("has nothing to go back to before a first load", async () => {
    const { registry } = await served(["a!bad"]);
    await expect(registry.rollback(0)).rejects.toThrow(
      new RangeError("No revision is kept yet: nothing was loaded so far"),
    );
  });

  test("rejects on a closed registry as reload does", async () => {
    const { registry } = await served(["a=1", "a=2"]);
    await registry.close();
    for (
      const ask of [() => registry.rollback(1), () => registry.rollback(9), () => registry.unpin()]
    ) {
      await expect(ask()).rejects.toThrow(new Error("The registry is closed"));
    }
  });

  test("takes its turn among reloads, in the order of the calls", async () => {
    const { registry, source } = await served(["a=1", "a=2"]);
    await registry.stop();
    const seen: string[] = [];
    registry.snapshot$.subscribe((snapshot) => {
      seen.push(`${snapshot.revision} ${wordsOf(snapshot)}`);
      if (snapshot.revision !== 3) return;
      // Called in the middle of a reload: all of them wait for its end.
      source.write("x", "a=4");
      void registry.reload();
      void registry.rollback(1);
      void registry.reload();
      void registry.reload();
      void registry.rollback(3);
    });
    source.write("x", "a=3");
    await registry.reload();
    await until(registry.status$, ({ pinned }) => pinned === 3);
    expect(seen).toEqual(["2 a=2", "3 a=3", "4 a=4", "5 a=1", "6 a=4", "7 a=3"]);
  });

  test("is told by agent$ and list$, which follow it and what comes after it", async () => {
    const { registry, write } = await served(["a=1 b=1", "a=2"]);
    const seen: Record<string, unknown[]> = { a: [], b: [], list: [] };
    for (const id of ["a", "b"]) {
      registry.agent$(id).subscribe((agent) => seen[id]!.push(agent?.value));
    }
    registry.list$().subscribe((all) => seen["list"]!.push(all.map(({ id }) => id).join("")));
    await registry.rollback(1);
    await registry.unpin();
    await registry.rollback(1);
    await write("a=1 b=3");
    expect(seen).toEqual({
      a: ["2", "1", "2", "1"],
      b: [undefined, "1", undefined, "1", "3"],
      list: ["a", "ab", "a", "ab", "ab"],
    });
  });
});

describe("a pinned revision", () => {
  test("stays when other bytes mean the same: that is no edit", async () => {
    const { registry, write } = await served(["a=1", "a=2 b=1"]);
    await registry.rollback(1);
    const { snapshot } = registry;
    for (const content of ["a=2 b=1 ", "b=1  a=2"]) {
      expect(await write(content)).toMatchObject({
        ...{ type: "unchanged", success: true, revision: 3, cause: "change" },
      });
      expect(registry.status).toMatchObject({ pinned: 1, inSync: false, issues: [] });
    }
    expect(registry.snapshot).toBe(snapshot);
  });

  test("stays through edits that mean the same also when another revision takes its place", async () => {
    const { registry, write } = await served(["a=1", "a=2", "a=3"]);
    await registry.rollback(1);
    await write("a=3 ");
    await registry.rollback(2);
    await write("a=3");
    expect(registry.status).toMatchObject({ pinned: 2, revision: 5 });
  });

  test("goes with a real edit, which is announced as usual", async () => {
    const { registry, write } = await served(["a=1 b=1", "a=2 b=1"]);
    await registry.rollback(1);
    expect(await write("a=2 b=2")).toMatchObject({
      ...{ type: "applied", cause: "change", revision: 4 },
      changes: { added: [], updated: ["a", "b"], removed: [] },
    });
    expect(registry.status).toMatchObject({ pinned: undefined, inSync: true });
  });

  test("goes with an edit that says what is served already", async () => {
    const { registry, write } = await served(["a=1", "a=2"]);
    await registry.rollback(1);
    expect(await write("a=1")).toMatchObject({ type: "unchanged", revision: 3 });
    expect(registry.status).toMatchObject({ pinned: undefined, inSync: true });
  });

  test("stays through a broken edit, and when that is undone", async () => {
    const { registry, write } = await served(["a=1", "a=2"]);
    await registry.rollback(1);
    expect(await write("a!bad")).toMatchObject({ type: "rejected", revision: 3 });
    expect(registry.status).toMatchObject({ pinned: 1, consecutiveFailures: 1 });
    expect(await write("a=2")).toMatchObject({ type: "unchanged", revision: 3 });
    expect(registry.status).toMatchObject({ pinned: 1, issues: [], consecutiveFailures: 0 });
    expect(wordsOf(registry.snapshot)).toBe("a=1");
    expect(await write("a=3")).toMatchObject({ type: "applied", revision: 4 });
  });

  test("goes when a file that was broken before it was pinned is mended", async () => {
    const { registry, write } = await served(["a=1", "a=2", "a!bad"]);
    await registry.rollback(1);
    expect(await write("a!bad ")).toMatchObject({ type: "rejected" });
    expect(await write("a=2")).toMatchObject({ type: "applied", revision: 4 });
    expect(registry.status).toMatchObject({ pinned: undefined, inSync: true });
  });

  test("stays when a file that could not be read before is there again as it was", async () => {
    const { registry, source, write } = await served(["a=1", "a=2"]);
    const lost = until(registry.reload$);
    source.remove("x");
    await lost;
    await registry.rollback(1);
    await write("a=2");
    expect(registry.status.pinned).toBe(1);
  });

  test("stays when what the guard had refused is written in another way", async () => {
    const { registry, write } = await served(["a=1", "a=2", "a=9"], {
      guard: (next, previous) =>
        next.get("a")?.value !== "9" || previous.get("a")?.value !== "2" || "no",
    });
    expect(registry.status.lastReload?.type).toBe("rejected");
    await registry.rollback(1);
    expect(await write("a=9 ")).toMatchObject({ type: "unchanged" });
    expect(registry.status).toMatchObject({ pinned: 1, revision: 3 });
    expect(await registry.reload()).toMatchObject({ type: "applied" });
  });

  test("goes with an edit that is good in part, and stays while that was known", async () => {
    const { registry, write } = await served(["a=1 b=1", "a=2 b=2", "a!bad b=3"], {
      onInvalid: "isolate",
    });
    await registry.rollback(1);
    expect(await write("a!bad b=3 ")).toMatchObject({ type: "partial", revision: 4 });
    expect(registry.status).toMatchObject({ pinned: 1, staleAgents: 0, consecutiveFailures: 2 });
    expect(await write("a!bad b=4")).toMatchObject({ type: "partial", revision: 5 });
    expect(wordsOf(registry.snapshot)).toBe("a=1! b=4");
    expect(registry.status).toMatchObject({ pinned: undefined, staleAgents: 1, inSync: false });
  });

  test("goes with reload and unpin, which read the file again", async () => {
    const { registry } = await served(["a=1", "a=2"]);
    for (const ask of [() => registry.reload(), () => registry.unpin()]) {
      await registry.rollback(1);
      expect(await ask()).toMatchObject({
        ...{ type: "applied", cause: "manual", changes: { updated: ["a"] } },
      });
      expect(registry.status).toMatchObject({ pinned: undefined, inSync: true });
      expect(wordsOf(registry.snapshot)).toBe("a=2");
    }
  });

  test("outlasts an unpin that finds the file broken, until it is good again", async () => {
    const { registry, write } = await served(["a=1", "a=2"]);
    await registry.rollback(1);
    await write("a!bad");
    expect(await registry.unpin()).toMatchObject({ type: "rejected", revision: 3 });
    expect(registry.status.pinned).toBe(1);
    expect(await write("a=2")).toMatchObject({ type: "applied", revision: 4 });
    expect(registry.status).toMatchObject({ pinned: undefined, inSync: true });
  });

  test("is the same to a late subscriber and to one that was there", async () => {
    const { registry, write } = await served(["a=1 b=1", "a=2 b=2"], { onInvalid: "isolate" });
    const early: unknown[] = [];
    registry.status$.subscribe((status) => early[0] = status);
    registry.snapshot$.subscribe((snapshot) => early[1] = snapshot);
    const steps = [
      () => registry.rollback(1),
      () => write("a=2 b=2 "),
      () => write("?"),
      () => write("a!bad b=3"),
      () => registry.unpin(),
      () => registry.stop(),
    ];
    for (const step of steps) {
      await step();
      const [status, snapshot] = [
        await firstValueFrom(registry.status$),
        await firstValueFrom(registry.snapshot$),
      ];
      expect(early).toEqual([status, snapshot]);
      expect(early[0]).toBe(registry.status);
      expect(early[1]).toBe(registry.snapshot);
      expect(status).toMatchObject({
        revision: snapshot.revision,
        servedSince: snapshot.loadedAt,
        agentsCount: snapshot.agents.size,
        staleAgents: snapshot.stale.size,
      });
    }
  });
});

describe("rollback of a registry that is read by what changed", () => {
  const quiet = { debounceMs: 0, logger: false } satisfies RegistryOptions;
  const text = (owners: Readonly<Record<string, string>>): string =>
    registryText(Object.fromEntries(Object.entries(owners).map(([id, owner]) => [id, { owner }])));

  test("tells what the next edit changes by what is served, not by what was read last", async () => {
    const source = memorySource({ x: text({ a: "one", b: "one", c: "one" }) });
    await using registry = await openRegistry(source, quiet);
    const write = async (owners: Readonly<Record<string, string>>): Promise<ReloadEvent> => {
      const event = until(registry.reload$);
      source.write("x", text(owners));
      return await event;
    };
    const first = registry.snapshot;
    const seen: (string | undefined)[] = [];
    registry.agent$("a").subscribe((agent) => seen.push(agent?.owner));
    await write({ a: "two", b: "one", c: "one" });
    await write({ a: "two", b: "two", c: "one" });
    await registry.rollback(1);
    for (const id of ["a", "b", "c"]) expect(registry.snapshot.get(id)).toBe(first.get(id));
    // Of the agents that differ from what is served, only one was edited.
    expect(await write({ a: "two", b: "two", c: "two", d: "one" })).toMatchObject({
      ...{ type: "applied", revision: 5 },
      changes: { added: ["d"], updated: ["a", "b", "c"], removed: [] },
    });
    await registry.rollback(1);
    expect(await write({ a: "one", b: "two", c: "one" })).toMatchObject({
      changes: { added: [], updated: ["b"], removed: [] },
    });
    expect(registry.snapshot.get("a")).toBe(first.get("a"));
    expect(registry.snapshot.get("c")).toBe(first.get("c"));
    expect(await write({ b: "two", c: "one" })).toMatchObject({
      changes: { added: [], updated: [], removed: ["a"] },
    });
    expect(seen).toEqual(["one", "two", "one", "two", "one", undefined]);
  });
});

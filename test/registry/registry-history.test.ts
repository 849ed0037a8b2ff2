import { describe, expect, test } from "vitest";
import { memorySource, openRegistry } from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { openToys, wordsOf } from "../toy-registry.ts";

describe("history", () => {
  test("holds every event, oldest first, before subscribers hear of it", async () => {
    const { registry, source } = await openToys({ x: "a=1" }, { watch: false });
    const seen = [...registry.history];
    registry.reload$.subscribe((event) => {
      seen.push(event);
      expect(registry.history.at(-1)).toBe(event);
    });
    for (const content of ["a=2", "a=2", "a!bad"]) {
      source.write("x", content);
      await registry.reload();
    }
    await registry.rollback(1);
    expect(registry.history).toEqual(seen);
    expect(registry.history.map(({ type }) => type))
      .toEqual(["applied", "applied", "unchanged", "rejected", "applied"]);
    await registry.close();
    expect(registry.history).toHaveLength(5);
  });

  test("is another list after each event; one that was taken stays as it is", async () => {
    const { registry } = await openToys({ x: "a=1" });
    const before = registry.history;
    expect(registry.history).toBe(before);
    expect(Object.isFrozen(before)).toBe(true);
    await registry.reload();
    expect(before).toHaveLength(1);
    expect(registry.history).toHaveLength(2);
    await registry.close();
  });

  test.each([0, 1, 2, 5])("keeps %i events and as many snapshots", async (history) => {
    const { registry, source } = await openToys({ x: "a=0" }, { history, watch: false });
    for (let turn = 1; turn <= 20; turn++) {
      source.write("x", turn % 3 === 0 ? "?" : `a=${turn}`);
      await registry.reload();
    }
    expect(registry.history.map(({ revision }) => revision))
      .toEqual([12, 13, 13, 14, 15].slice(5 - history));
    const { snapshot } = registry;
    for (let revision = 0; revision <= 15 - history; revision++) {
      await expect(registry.rollback(revision)).rejects.toThrow(RangeError);
    }
    expect(registry.snapshot).toBe(snapshot);
    if (history > 0) {
      expect(await registry.rollback(16 - history)).toMatchObject({ cause: "rollback" });
    }
    await registry.close();
  });

  test("keeps a snapshot as long as it is among the last, however many reloads brought nothing", async () => {
    const { registry, source } = await openToys({ x: "a=1" }, { history: 2, watch: false });
    source.write("x", "a=2");
    await registry.reload();
    for (let turn = 0; turn < 10; turn++) await registry.reload();
    await registry.rollback(1);
    expect(wordsOf(registry.snapshot)).toBe("a=1");
    await expect(registry.rollback(1)).rejects.toThrow("kept (2 to 3), got 1");
    await registry.close();
  });

  test("does not begin with the emptiness before the first load", async () => {
    const { registry, source } = await openToys({ x: "?" });
    expect(registry.history).toMatchObject([{ type: "rejected", revision: 0 }]);
    source.write("x", "a=1");
    await registry.reload();
    await expect(registry.rollback(0)).rejects.toThrow("kept (1), got 0");
    await registry.close();
  });

  test("is 50 long unless it is said otherwise", async () => {
    const source = memorySource({ x: registryText(["a"]) });
    const options = { watch: false, logger: false, debounceMs: 0 } as const;
    await using registry = await openRegistry(source, options);
    for (let turn = 0; turn < 60; turn++) {
      source.write("x", registryText({ a: { owner: `owner ${turn}` } }));
      await registry.reload();
    }
    expect(registry.history).toHaveLength(50);
    await expect(registry.rollback(11)).rejects.toThrow("kept (12 to 61), got 11");
    await registry.rollback(12);
    expect(registry.agent("a").owner).toBe("owner 10");
    await using short = await openRegistry(source, { ...options, history: 1 });
    await short.reload();
    expect(short.history).toHaveLength(1);
  });
});

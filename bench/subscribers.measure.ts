import process from "node:process";
import { distinctUntilChanged, map } from "rxjs";
import { test } from "vitest";
import { memorySource, openRegistry } from "../mod.ts";
import { median, report, row } from "./compare.ts";
import { idsOf, registryOf } from "./large-registry.ts";

test("10,000 subscribers, one agent changed", async () => {
  const ids = idsOf(10_000);
  const texts = [0, 1].map((revision) =>
    new TextEncoder().encode(registryOf(ids, new Map([[ids[5_000]!, revision]])))
  );
  const measured: Record<string, number> = {};
  let calls = 0;
  for (const way of ["nobody", "agent$", "snapshot$ + map"]) {
    const source = memorySource({ "agents.yaml": texts[0]! });
    const registry = await openRegistry(source, { watch: false, logger: false, debounceMs: 0 });
    for (const id of way === "nobody" ? [] : ids) {
      const agent$ = way === "agent$"
        ? registry.agent$(id)
        : registry.snapshot$.pipe(map((snapshot) => snapshot.get(id)), distinctUntilChanged());
      agent$.subscribe(() => calls++);
    }
    calls = 0;
    const times: number[] = [];
    for (let turn = 1; turn <= 60; turn++) {
      source.write("agents.yaml", texts[turn % 2]!);
      const started = performance.now();
      await registry.reload();
      times.push(performance.now() - started);
    }
    measured[way] = median(times.slice(20));
    if (way === "agent$" && calls !== 60) {
      throw new Error(`Expected one call a reload, got ${calls / 60}`);
    }
    await registry.close();
  }
  const own = (way: string): number => Math.max(0.001, measured[way]! - measured["nobody"]!);
  const work =
    "telling 10000 agent$ subscribers of one changed agent (reload without subscribers taken off)";
  report(
    work,
    "10000 x snapshot$ + map + distinctUntilChanged",
    own("agent$"),
    own("snapshot$ + map"),
  );
}, 600_000);

test("heap after 10,000 reloads", async () => {
  const ids = idsOf(1_000);
  const text = (turn: number) =>
    new TextEncoder().encode(registryOf(ids, new Map([[ids[turn % 1_000]!, turn]])));
  const source = memorySource({ "agents.yaml": text(0) });
  const registry = await openRegistry(source, { watch: false, logger: false, debounceMs: 0 });
  const heap = async (): Promise<number> => {
    const { gc } = globalThis as { gc?: () => void };
    const { Bun } = globalThis as { Bun?: { gc(force: boolean): void } };
    for (let round = 0; round < 3; round++) {
      Bun === undefined ? gc?.() : Bun.gc(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return process.memoryUsage().heapUsed / 1e6;
  };
  let first = 0;
  for (let turn = 1; turn <= 10_000; turn++) {
    source.write("agents.yaml", text(turn));
    await registry.reload();
    if (turn === 100) first = await heap();
  }
  const last = await heap();
  const result = `${first.toFixed(1)} MB after 100, ${last.toFixed(1)} MB after 10000`;
  row("heap after 10000 reloads of 1000 agents", "after the first 100", result);
  await registry.close();
}, 600_000);

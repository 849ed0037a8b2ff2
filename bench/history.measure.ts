import process from "node:process";
import { test } from "vitest";
import { memorySource, openRegistry } from "../mod.ts";
import { row } from "./compare.ts";
import { idsOf, registryOf } from "./large-registry.ts";

// What keeping the past costs: unchanged agents are shared between revisions.

const COUNT = 10_000;
const ids = idsOf(COUNT);

/** A registry whose turn-th agent is another than in the turn before. */
function text(turn: number): Uint8Array {
  return new TextEncoder().encode(registryOf(ids, new Map([[ids[(turn * 97) % COUNT]!, turn]])));
}

/** Heap and what is held beside it, in MB, after the garbage is collected. */
async function heldMb(): Promise<number> {
  const { gc } = globalThis as { gc?: () => void };
  const { Bun } = globalThis as { Bun?: { gc(force: boolean): void } };
  for (let round = 0; round < 3; round++) {
    if (Bun === undefined) gc?.();
    else Bun.gc(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

const ways = {
  "one agent changed each time": { text, asked: false },
  "one agent changed each time, each revision listed": { text, asked: true },
  // With an anchor the file is read as a whole, every time.
  "read as a whole, one agent changed each time": {
    text: (turn: number) => {
      const agents = new TextDecoder().decode(text(turn)).replace(
        "version:",
        "x: &a 1\ny: *a\nversion:",
      );
      return new TextEncoder().encode(
        agents.replace("    name: Agent 0\n", "    name: Agent 0\n    extra: *a\n"),
      );
    },
    asked: false,
  },
  // Events hold issues, and issues the lines of the file around them.
  "refused each time": {
    text: (turn: number) => {
      if (turn < 2) return text(turn);
      const whole = new TextDecoder().decode(text(turn));
      return new TextEncoder().encode(whole.replace("owner: team-7\n", `owner: [${turn}]\n`));
    },
    asked: false,
  },
};

for (const [name, { text, asked }] of Object.entries(ways)) {
  test(`history of ${COUNT} agents, ${name}`, async () => {
    const before = await heldMb();
    const source = memorySource({ "agents.yaml": text(0) });
    const options = { watch: false, logger: false, debounceMs: 0, history: 50 } as const;
    await using registry = await openRegistry(source, options);
    const next = async (turn: number): Promise<void> => {
      source.write("agents.yaml", text(turn));
      await registry.reload();
      if (asked) registry.snapshot.list();
    };
    await next(1);
    const one = await heldMb() - before;
    for (let turn = 2; turn <= 50; turn++) await next(turn);
    const fifty = await heldMb() - before;
    row(
      `heap of 50 revisions of ${COUNT} agents, ${name}`,
      "heap of one",
      `${fifty.toFixed(1)} MB, ${(fifty / one).toFixed(2)}x`,
    );
    if (registry.history.length !== 50) throw new Error("Expected 50 events");
  }, 600_000);
}

test("history of 10,000 reloads", async () => {
  const few = idsOf(100);
  const turned = (turn: number): Uint8Array =>
    new TextEncoder().encode(
      turn % 5 === 0 ? "agents: [" : registryOf(few, new Map([[few[turn % 100]!, turn]])),
    );
  const source = memorySource({ "agents.yaml": turned(1) });
  const options = { watch: false, logger: false, debounceMs: 0 } as const;
  await using registry = await openRegistry(source, options);
  let first = 0;
  for (let turn = 1; turn <= 10_000; turn++) {
    source.write("agents.yaml", turned(turn));
    await registry.reload();
    if (turn % 7 === 0) await registry.rollback(registry.snapshot.revision - 1);
    if (turn === 500) first = await heldMb();
  }
  const last = await heldMb();
  row(
    "heap after 10000 reloads and rollbacks of 100 agents, 50 kept",
    "after the first 500",
    `${first.toFixed(1)} MB after 500, ${last.toFixed(1)} MB after 10000`,
  );
}, 600_000);

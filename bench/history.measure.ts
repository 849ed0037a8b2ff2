import { memorySource, openRegistry } from "../mod.ts";
import { measure } from "./measure.ts";
import { heldMb } from "./memory.ts";
import { row } from "./rows.ts";
import { entries, type Entry, registryText } from "./styles.ts";

// What keeping the past costs: unchanged agents are shared between revisions.

const COUNT = 10_000;
const agents = entries(COUNT);

type Documents = Readonly<Record<string, Uint8Array>>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const whole = (turn: number, all: readonly Entry[] = agents): string =>
  registryText(
    "plain",
    all.map((agent, at) => at === (turn * 97) % all.length ? { ...agent, revision: turn } : agent),
  );

const ways: Readonly<Record<string, (turn: number) => Documents>> = {
  "one agent changed": (turn) => ({ "a.yaml": bytes(whole(turn)) }),
  "one agent changed, in a file that grows at its top": (turn) => ({
    "a.yaml": bytes("# more\n".repeat(turn) + whole(turn)),
  }),
  // Events hold issues, and issues the lines of the file around them.
  "refused": (turn) => {
    const text = whole(turn);
    return {
      "a.yaml": bytes(turn < 2 ? text : text.replace("owner: team-7\n", `owner: [${turn}]\n`)),
    };
  },
  // Files are read by themselves, and each of them as a whole.
  "one agent changed, in ten files": (turn) => {
    const files = Array.from({ length: 10 }, (_, at) => agents.slice(at * 1_000, (at + 1) * 1_000));
    return Object.fromEntries(
      files.map((part, at) => [`${at}.yaml`, bytes(whole(at === turn % 10 ? turn : 0, part))]),
    );
  },
  "one agent changed, in ten files that grow at their top": (turn) => {
    const files = Array.from({ length: 10 }, (_, at) => agents.slice(at * 1_000, (at + 1) * 1_000));
    return Object.fromEntries(files.map((part, at) => {
      const last = turn - (turn + 10 - at) % 10;
      return [`${at}.yaml`, bytes("# more\n".repeat(Math.max(0, last)) + whole(last, part))];
    }));
  },
};

for (const [name, documentsOf] of Object.entries(ways)) {
  await measure(`${COUNT} agents, ${name}`, async () => {
    const before = await heldMb();
    const source = memorySource(documentsOf(0));
    const options = { watch: false, logger: false, debounceMs: 0, history: 50 } as const;
    await using registry = await openRegistry(source, options);
    let kept = 1;
    const next = async (turn: number): Promise<void> => {
      for (const [path, text] of Object.entries(documentsOf(turn))) source.write(path, text);
      await registry.reload();
      kept = Math.min(50, registry.snapshot.revision);
    };
    await next(1);
    const one = await heldMb() - before;
    for (let turn = 2; turn <= 50; turn++) await next(turn);
    const all = await heldMb() - before;
    row(
      `heap of the last 50 reloads of ${COUNT} agents (${kept} snapshots): ${name}`,
      "heap after the first",
      "",
      `${all.toFixed(1)} MB, ${(all / one).toFixed(2)}x`,
    );
    if (registry.history.length !== 50) throw new Error("Expected 50 events");
  });
}

await measure("10,000 reloads", async () => {
  const few = entries(100);
  const turned = (turn: number): Uint8Array =>
    new TextEncoder().encode(
      turn % 5 === 0 ? "agents: [" : whole(turn, few),
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
    "",
    `${first.toFixed(1)} MB after 500, ${last.toFixed(1)} MB after 10000`,
  );
});

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { RegistryOptions } from "../mod.ts";
import { medians } from "./compare.ts";
import { usualBlock } from "./longest-block.ts";
import { measure } from "./measure.ts";
import { reloading, turning } from "./reload.ts";
import { faster, slower, under } from "./rows.ts";
import { entries, type Entry, registryText, textsOf } from "./styles.ts";
import { Versions } from "./versions.ts";

// One agent of 10,000 changed, in other layouts than `agents:` in one file.

const COUNT = 10_000;
/** How long, in milliseconds, a file counts as only just written. */
const FRESH_MS = 2_100;
const agents = entries(COUNT);
const parts = (count: number): readonly (readonly Entry[])[] =>
  Array.from(
    { length: count },
    (_, at) => agents.slice(at * COUNT / count, (at + 1) * COUNT / count),
  );

interface LayoutCase {
  readonly options?: RegistryOptions;
  /** The files of these agents, by their names. */
  files(agents: readonly Entry[]): Readonly<Record<string, string>>;
}

const one = (text: string) => ({ "agents.yaml": text });
const inFiles = (count: number): LayoutCase => ({
  files: (agents) => {
    const known = new Map(agents.map((agent) => [agent.id, agent]));
    return Object.fromEntries(
      parts(count).map((part, at) => [
        `${String(at).padStart(4, "0")}.yaml`,
        registryText("plain", part.map(({ id }) => known.get(id)!)),
      ]),
    );
  },
});

const CASES: Readonly<Record<string, LayoutCase>> = {
  'id: "slug", list': {
    options: { id: "slug" },
    files: (agents) => one(registryText("plain", agents, { layout: "list", idField: "slug" })),
  },
  'at: "crew.agents"': {
    options: { at: "crew.agents" },
    files: (agents) => one(registryText("plain", agents, { at: ["crew", "agents"] })),
  },
  "two at": {
    options: { at: ["agents", "more.agents"] },
    files: (agents) => {
      const half = agents.length >> 1;
      const more = textsOf("plain", agents.slice(half), { at: ["more", "agents"] });
      const below = more.head.slice(more.head.indexOf("more:"));
      return one(registryText("plain", agents.slice(0, half)) + below + more.agents.join(""));
    },
  },
  list: { files: (agents) => one(registryText("plain", agents, { layout: "list" })) },
  "10 files of 1,000": inFiles(10),
  "1,000 files of 10": inFiles(1_000),
};

for (const [name, { options, files }] of Object.entries(CASES)) {
  await measure(name, async () => {
    const [before, after] = [0, 3].map((revision) =>
      files(agents.map((agent, at) => at === COUNT >> 1 ? { ...agent, revision } : agent))
    ) as [Record<string, string>, Record<string, string>];
    const changed = Object.keys(before).find((file) => before[file] !== after[file])!;
    using file = new Versions([before[changed]!, after[changed]!], changed);
    const folder = dirname(file.path);
    const all = Object.keys(before).map((name) => join(folder, name));
    for (const [name, text] of Object.entries(before)) {
      if (name !== changed) writeFileSync(join(folder, name), text);
    }
    // Files that were only just written are read again to be sure; those that people have are older.
    await sleep(FRESH_MS);
    await using ours = await reloading(`${folder}/`, options);
    const turn = turning(file, ours);
    const { reload, read } = await medians({
      reload: { prepare: turn, work: () => ours.reload("applied") },
      read: () => all.map((path) => readFileSync(path)),
    }, { rounds: 61, warmup: 20, seconds: 10, collect: false });
    const { yaml } = await medians({
      yaml: () => all.map((path) => parse(readFileSync(path, "utf8"), { uniqueKeys: false })),
    }, { rounds: 3, warmup: 1, seconds: 1 });
    const work = `reload of ${COUNT} agents, 1 changed, ${name}`;
    faster(work, "yaml parse alone", reload, yaml, 500);
    slower(work, "read of all files, into new buffers", reload, read);
    const block = await usualBlock(() => ours.reload("applied"), turn);
    under(`longest block, ${work}`, block, 20, "ms");
  });
}

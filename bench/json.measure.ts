import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { memorySource, openRegistry } from "../mod.ts";
import { medians } from "./compare.ts";
import { usualBlock } from "./longest-block.ts";
import { measure } from "./measure.ts";
import { NOTHING_ELSE, reloading, turning } from "./reload.ts";
import { slower, under } from "./rows.ts";
import { entries, type Entry, registryText } from "./styles.ts";
import { validatorOfAll } from "./validate-all.ts";
import { Versions } from "./versions.ts";

// The plain agents as JSON, as programs write it and as people do.

const COUNT = 10_000;
const agents = entries(COUNT);
const changed: readonly Entry[] = agents.map((agent, at) =>
  at === COUNT >> 1 ? { ...agent, revision: 3 } : agent
);
const jsonOf = (agents: readonly Entry[], indent: number): string =>
  JSON.stringify(load(registryText("plain", agents)), undefined, indent);

const LAYOUTS = [["in one line", 0], ["indented", 2]] as const;

await measure("reload", async () => {
  const validate = validatorOfAll();
  for (const [how, indent] of LAYOUTS) {
    using file = new Versions([jsonOf(agents, indent), jsonOf(changed, indent)], "agents.json");
    await using ours = await reloading(file.path);
    const turn = turning(file, ours);
    const { reload, all } = await medians({
      reload: { prepare: turn, work: () => ours.reload("applied") },
      all: () => validate(JSON.parse(readFileSync(file.path, "utf8")).agents),
    }, { rounds: 31, warmup: 10, seconds: 20, collect: false });
    const work = `reload of ${COUNT} agents in JSON, ${how}, 1 changed`;
    slower(work, "read + JSON.parse + validate of all", reload, all, 1.5);
    under(`longest block, ${work}`, await usualBlock(() => ours.reload("applied"), turn), 20, "ms");
  }
});

await measure("first load", async () => {
  for (const [how, indent] of LAYOUTS) {
    const content = new TextEncoder().encode(jsonOf(agents, indent));
    const validate = validatorOfAll();
    const open = async (): Promise<void> => {
      const registry = await openRegistry(memorySource({ "a.json": content }), NOTHING_ELSE);
      await registry.close();
    };
    const { ours, all } = await medians({
      ours: open,
      all: () => validate(JSON.parse(new TextDecoder().decode(content)).agents),
    });
    const work = `first load of ${COUNT} agents in JSON, ${how}`;
    slower(work, "JSON.parse + validate of all", ours, all);
    under(`longest block, ${work}`, await usualBlock(open), 20, "ms");
  }
});

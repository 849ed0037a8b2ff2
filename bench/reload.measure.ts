import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { medians } from "./compare.ts";
import { editOf, EDITS } from "./edits.ts";
import { floorOf } from "./floor.ts";
import { usualBlock } from "./longest-block.ts";
import { measure } from "./measure.ts";
import { reloading, turning } from "./reload.ts";
import { faster, slower, under } from "./rows.ts";
import { entries, type Entry, type Style, STYLE_NAMES } from "./styles.ts";
import { Versions } from "./versions.ts";

// From the file to the next snapshot, through the public face: reading, decoding, state, event.

const parseTimes = new Map<string, number>();

for (const style of STYLE_NAMES) {
  for (const name of Object.keys(EDITS)) {
    await measure(`${style}, ${name}`, () => measureReload(style, entries(10_000), name));
  }
}
for (const count of [100, 1_000, 100_000]) {
  await measure(
    `of ${count} agents, plain, 1 changed`,
    () => measureReload("plain", entries(count), "1 changed"),
  );
}
for (const unknown of [1, 100]) {
  const agents = entries(10_000).map((agent, at) =>
    at % (10_000 / unknown) === 0
      ? { ...agent, replacement: agent.id.replace("agent", "agnet") }
      : agent
  );
  await measure(
    `plain, 1 changed, unknown names: ${unknown}`,
    () => measureReload("plain", agents, "1 changed", `, unknown names: ${unknown}`),
  );
}

async function measureReload(
  style: Style,
  agents: readonly Entry[],
  name: string,
  note = "",
): Promise<void> {
  const count = agents.length;
  const edit = editOf(style, agents, EDITS[name]!(agents));
  using file = new Versions([edit.before, edit.after]);
  await using ours = await reloading(file.path);
  const floor = floorOf(file.path, edit);
  const turn = turning(file, ours);
  const times = await medians({
    ours: { prepare: turn, work: () => ours.reload("applied") },
    floor: {
      prepare: async () => {
        file.turnTo(0);
        await floor(false);
        file.turnTo(1);
      },
      work: () => floor(true),
    },
  }, { rounds: 101, warmup: 40, seconds: 10, collect: false });
  const work = `reload of ${count} agents, ${style}, ${name}${note}`;
  // How much more than the floor an edit may cost at 10,000, and how much less than a parse.
  const most = name.startsWith("20") ? 5 : name.startsWith("2") ? 3 : 2;
  const [least, atMost] = count === 10_000 && note === ""
    ? [500, most]
    : [count === 100_000 ? 300 : undefined, undefined];
  const yaml = await parseTime(`${style} ${count}`, file.path);
  faster(work, "yaml parse alone", times.ours, yaml, least);
  slower(work, "floor: read into a kept buffer + compare", times.ours, times.floor, atMost);
  const block = await usualBlock(() => ours.reload("applied"), turn);
  under(`longest block, ${work}`, block, 20, "ms");
}

/** How long `yaml` takes, without its check for unique keys, which is quadratic: measured once a text. */
async function parseTime(text: string, path: string): Promise<number> {
  const known = parseTimes.get(text);
  if (known !== undefined) return known;
  const { yaml } = await medians(
    { yaml: () => parse(readFileSync(path, "utf8"), { uniqueKeys: false }) },
    { rounds: 3, warmup: 1, seconds: 1 },
  );
  parseTimes.set(text, yaml);
  return yaml;
}

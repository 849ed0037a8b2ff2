import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { medians } from "./compare.ts";
import { editOf, EDITS } from "./edits.ts";
import { floorOf } from "./floor.ts";
import { usualBlock } from "./longest-block.ts";
import { measure } from "./measure.ts";
import { reloading } from "./reload.ts";
import { faster, slower, under } from "./rows.ts";
import { entries, type Style, STYLE_NAMES } from "./styles.ts";
import { Versions } from "./versions.ts";

// From the file to the next snapshot, through the public face: reading, decoding, state, event.

const COUNT = 10_000;
const agents = entries(COUNT);
const parseTimes = new Map<Style, number>();

for (const style of STYLE_NAMES) {
  for (const [name, edited] of Object.entries(EDITS)) {
    await measure(`reload, ${style}, ${name}`, async () => {
      const edit = editOf(style, agents, edited(agents));
      using file = new Versions([edit.before, edit.after]);
      await using ours = await reloading(file.path);
      const floor = floorOf(file.path, edit);
      const times = await medians({
        ours: {
          prepare: async () => {
            file.turnTo(0);
            if ((await ours.registry.reload()).type === "rejected") {
              throw new Error("Expected good");
            }
            file.turnTo(1);
          },
          work: () => ours.reload("applied"),
        },
        floor: {
          prepare: async () => {
            file.turnTo(0);
            await floor(false);
            file.turnTo(1);
          },
          work: () => floor(true),
        },
      }, { rounds: 101, warmup: 40, seconds: 10, collect: false });
      const work = `reload of ${COUNT} agents, ${style}, ${name}`;
      const most = name.startsWith("20") ? 5 : name.startsWith("2") ? 3 : 2;
      faster(work, "yaml parse alone", times.ours, await parseTime(style, file.path), 500);
      slower(work, "floor: read into a kept buffer + compare", times.ours, times.floor, most);
      const block = await usualBlock(() => ours.reload("applied"), async () => {
        file.turnTo(0);
        await ours.registry.reload();
        file.turnTo(1);
      });
      under(`longest block, ${work}`, block, 20, "ms");
    });
  }
}

/** How long `yaml` takes, without its check for unique keys, which is quadratic: measured once a style. */
async function parseTime(style: Style, path: string): Promise<number> {
  const known = parseTimes.get(style);
  if (known !== undefined) return known;
  const { yaml } = await medians(
    { yaml: () => parse(readFileSync(path, "utf8"), { uniqueKeys: false }) },
    { rounds: 3, warmup: 1, seconds: 1 },
  );
  parseTimes.set(style, yaml);
  return yaml;
}

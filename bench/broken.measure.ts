import { medians } from "./compare.ts";
import { usualBlock } from "./longest-block.ts";
import { measure } from "./measure.ts";
import { NOTHING_ELSE, reloading, turning } from "./reload.ts";
import { slower, under } from "./rows.ts";
import { entries, registryText, type Style } from "./styles.ts";
import { Versions } from "./versions.ts";
import { openRegistry } from "../mod.ts";

// One agent of 10,000 is broken by an edit, or when the registry is opened: until it is said where.

const COUNT = 10_000;
const agents = entries(COUNT);
const middle = agents[COUNT >> 1]!.id;

/** How the owner's line of an agent is broken: what stands there, and what is reported. */
const BREAKS = {
  "syntax: an unclosed list": ["owner: [team", "yaml-syntax"],
  "syntax: bad indentation": ["owner: team\n        of: nine", "yaml-syntax"],
  "syntax: an unclosed quote": ['owner: "team', "yaml-syntax"],
  "schema: not a text": ["owner: [team]", "invalid-agent"],
  "schema: a missing field": ["owned: team", "missing-field"],
} as const;

const STYLES: readonly Style[] = ["plain", "quoted", "nested"];

for (const style of STYLES) {
  for (const [name, [line, code]] of Object.entries(BREAKS)) {
    await measure(`${style}, ${name}`, async () => {
      const good = registryText(style, agents);
      const from = good.indexOf("owner:", good.indexOf(middle));
      const broken = `${good.slice(0, from)}${line}${good.slice(good.indexOf("\n", from))}`;
      using file = new Versions([good, broken]);
      await using ours = await reloading(file.path);
      const turn = turning(file, ours);
      const expectRejected = async (): Promise<void> => {
        const event = await ours.reload("rejected");
        const [issue] = event.type === "rejected" ? event.issues : [];
        if (issue?.code !== code || issue.line === undefined) {
          throw new Error(`Expected ${code} with a line, got ${JSON.stringify(issue)}`);
        }
      };
      const open = async (): Promise<void> => {
        const registry = await openRegistry(file.path, { ...NOTHING_ELSE, required: false });
        await registry.close();
      };
      const { reload, opened, first } = await medians({
        reload: { prepare: turn, work: expectRejected },
        opened: { prepare: () => file.turnTo(1), work: open },
        first: { prepare: () => file.turnTo(0), work: open },
      }, { rounds: 9, warmup: 2, seconds: 8 });
      const work = `1 of ${COUNT} agents broken, ${style}, ${name}`;
      slower(`reload to the rejected event, ${work}`, "a first load", reload, first, 1.5);
      slower(`first load, ${work}`, "a first load", opened, first, 1.5);
      const block = await usualBlock(expectRejected, turn);
      under(`longest block, reload, ${work}`, block, 20, "ms");
    });
  }
}

import { load } from "js-yaml";
import { AgentSchema, memorySource, openRegistry } from "../mod.ts";
import { createDecoder } from "../src/decode/decoder.ts";
import { decodeReading } from "../test/decode/run-steps.ts";
import { medians } from "./compare.ts";
import { usualBlock } from "./longest-block.ts";
import { measure } from "./measure.ts";
import { heldMb } from "./memory.ts";
import { NOTHING_ELSE } from "./reload.ts";
import { row, slower, under } from "./rows.ts";
import { entries, registryText, STYLE_NAMES } from "./styles.ts";

// From the bytes of a file to a snapshot of valid agents, in a process that is warm.

const COUNT = 10_000;

for (const style of STYLE_NAMES) {
  const contentOf = (count: number): Uint8Array =>
    new TextEncoder().encode(registryText(style, entries(count)));
  const open = (content: Uint8Array) =>
    openRegistry(memorySource({ "agents.yaml": content }), NOTHING_ELSE);

  await measure(`load, ${style}`, async () => {
    const content = contentOf(COUNT);
    const { opened, jsYaml } = await medians({
      opened: async () => {
        const registry = await open(content);
        if (registry.snapshot.agents.size !== COUNT) throw new Error("Expected all agents");
        await registry.close();
      },
      jsYaml: () => load(new TextDecoder().decode(content)),
    });
    const work = `first load of ${COUNT} agents, ${style} (${megabytes(content)})`;
    slower(work, "js-yaml load alone", opened, jsYaml, 1.3);
  });

  await measure(`decoder alone, ${style}`, async () => {
    const content = contentOf(COUNT);
    const reading = { documents: [{ path: "agents.yaml", content }], issues: [] };
    const { decoded, jsYaml } = await medians({
      decoded: () => decodeReading(createDecoder<object>(AgentSchema), reading),
      jsYaml: () => load(new TextDecoder().decode(content)),
    });
    const work = `decoding ${COUNT} agents in one go, no turns for others, ${style}`;
    slower(work, "js-yaml load alone", decoded, jsYaml);
  });

  await measure(`block, ${style}`, async () => {
    const content = contentOf(COUNT);
    const block = await usualBlock(async () => void await (await open(content)).close());
    under(`longest block, first load of ${COUNT} agents, ${style}`, block, 20, "ms");
  });

  await measure(`heap, ${style}`, async () => {
    const content = contentOf(COUNT);
    await (await open(content)).close();
    const before = await heldMb();
    const registry = await open(content);
    const held = await heldMb() - before;
    if (registry.snapshot.agents.size !== COUNT) throw new Error("Expected all agents");
    await registry.close();
    row(
      `heap held by ${COUNT} agents, ${style} (${megabytes(content)}, not counted)`,
      "",
      "",
      `${held.toFixed(1)} MB`,
    );
  });
}

await measure("load of fewer, plain", async () => {
  for (const count of [100, 1_000]) {
    const content = new TextEncoder().encode(registryText("plain", entries(count)));
    const { opened, jsYaml } = await medians({
      opened: async () => {
        const registry = await openRegistry(memorySource({ "a.yaml": content }), NOTHING_ELSE);
        await registry.close();
      },
      jsYaml: () => load(new TextDecoder().decode(content)),
    }, { rounds: 41, warmup: 10 });
    slower(`first load of ${count} agents, plain`, "js-yaml load alone", opened, jsYaml, 1.3);
  }
});

// Built into that runtime: native code, to which the other two have nothing to be compared with.
const { Bun } = globalThis as { Bun?: { YAML: { parse(text: string): unknown } } };
if (Bun !== undefined) {
  await measure("load, plain, against Bun.YAML", async () => {
    const content = new TextEncoder().encode(registryText("plain", entries(COUNT)));
    const { opened, native } = await medians({
      opened: async () => {
        const registry = await openRegistry(memorySource({ "a.yaml": content }), NOTHING_ELSE);
        await registry.close();
      },
      native: () => Bun.YAML.parse(new TextDecoder().decode(content)),
    });
    slower(`first load of ${COUNT} agents, plain`, "Bun.YAML.parse alone", opened, native);
  });
}

function megabytes(content: Uint8Array): string {
  return `${(content.length / 1e6).toFixed(1)} MB`;
}

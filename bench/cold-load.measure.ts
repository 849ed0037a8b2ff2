import { TypeCompiler } from "@sinclair/typebox/compiler";
import { test } from "vitest";
import { parse } from "yaml";
import { AgentSchema, memorySource, openRegistry } from "../mod.ts";
import { createDecoder } from "../src/decode/decoder.ts";
import { median, medians, report, row } from "./compare.ts";
import { otherParsers } from "./js-yaml.ts";
import { idsOf, registryOf } from "./large-registry.ts";

const check = TypeCompiler.Compile(AgentSchema);

// First of all, so that its first round finds nothing compiled.
test("longest block of the event loop while 10,000 agents are loaded", async () => {
  const content = new TextEncoder().encode(registryOf(idsOf(10_000)));
  const longest: number[] = [];
  for (let round = 0; round < 7; round++) {
    let last = performance.now();
    let block = 0;
    let running = true;
    const look = (): void => {
      const now = performance.now();
      block = Math.max(block, now - last);
      last = now;
      if (running) setImmediate(look);
    };
    setImmediate(look);
    const source = memorySource({ "agents.yaml": content });
    const registry = await openRegistry(source, { watch: false, logger: false });
    running = false;
    await registry.close();
    longest.push(block);
  }
  const text = new TextDecoder().decode(content);
  const { yaml } = await medians({ yaml: () => parse(text, { uniqueKeys: false }) }, {
    rounds: 1,
    warmup: 1,
  });
  const [first, usual] = [longest[0]!, median(longest)];
  const result = `${usual.toFixed(1)} ms (the first one ${first.toFixed(1)} ms), one yaml.parse ${
    yaml!.toFixed(0)
  } ms`;
  row("longest block of the event loop, cold load of 10000 agents", "one yaml.parse", result);
}, 600_000);

test.each([100, 1_000, 10_000])("cold load of %i agents", async (count) => {
  const text = registryOf(idsOf(count));
  const bytes = new TextEncoder().encode(text);
  const rounds = count > 1_000 ? 9 : 21;
  const reading = { documents: [{ path: "agents.yaml", content: bytes }], issues: [] };
  const load = (): unknown => createDecoder<object>(AgentSchema)(reading);
  const parsers = await otherParsers();
  const found = await medians({
    ours: load,
    ...Object.fromEntries(
      Object.entries(parsers).map(([name, parser]) => [
        name,
        () => parser(new TextDecoder().decode(bytes)),
      ]),
    ),
  }, { rounds });
  const { yaml } = await medians({
    yaml: () => {
      const { agents } = parse(new TextDecoder().decode(bytes), { uniqueKeys: false });
      for (const agent of Object.values<object>(agents)) {
        check.Check({ status: "active", deprecated: false, ...agent });
      }
    },
  }, { rounds: count > 1_000 ? 3 : 9, warmup: 1 });
  const work = `cold load of ${count} agents: decode + validate + freeze`;
  report(work, "yaml.parse + validate", found["ours"]!, yaml!);
  for (const name of Object.keys(parsers)) {
    report(work, `${name} alone`, found["ours"]!, found[name]!);
  }
}, 600_000);

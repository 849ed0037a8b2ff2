import { TypeCompiler } from "@sinclair/typebox/compiler";
import { bench, describe } from "vitest";
import { parse } from "yaml";
import { AgentSchema, memorySource, openRegistry } from "../mod.ts";
import { registryText } from "../test/registry-text.ts";

// Both sides get a text in which one agent differs from the text before, and end with valid agents.
// The plain side does no more than that: no positions, no comparison, no snapshot.

const check = TypeCompiler.Compile(AgentSchema);

for (const count of [10, 100, 1_000]) {
  const ids = Array.from({ length: count }, (_, at) => `agent_${at}`);
  const texts = ["core", "crew"].map((owner) =>
    registryText(Object.fromEntries(ids.map((id, at) => [id, at === count >> 1 ? { owner } : {}])))
  );

  describe(`reload after one of ${count} agents changed`, async () => {
    const source = memorySource({ "agents.yaml": texts[0]! });
    const registry = await openRegistry(source, { watch: false, logger: false });
    let turn = 0;

    bench("agent-registry: reload()", async () => {
      source.write("agents.yaml", texts[++turn % 2]!);
      const event = await registry.reload();
      if (event.type !== "applied") throw new Error(`Expected a change, got ${event}`);
    });

    bench("yaml.parse + compiled TypeBox check", () => {
      const { agents } = parse(texts[++turn % 2]!, { uniqueKeys: false });
      for (const agent of Object.values<object>(agents)) {
        const complete = { status: "active", deprecated: false, ...agent };
        if (!check.Check(complete)) throw new Error("Expected valid agents");
      }
    });
  });
}

import { expect, test } from "vitest";
import { run } from "./run-program.ts";

test("a RegistryLoadError shows no line of the file when nobody catches it", async () => {
  const path = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const { exitCode, stderr } = await run(`
    import { memorySource, openRegistry } from ${path("../mod.ts")};
    await openRegistry(memorySource(
      { "a.yaml": "agents:\\n  a:\\n    api_key: sk-" + "live-1234\\n    x: [\\n" },
    ));
  `);
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("RegistryLoadError: Cannot load the agent registry: a.yaml:");
  expect(stderr).not.toContain("live-1234");
}, 30_000);

test("a snapshot shows its agents to console.log", async () => {
  const path = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const code = `import { makeSnapshot } from ${path("./model/snapshot/make-snapshot.ts")};
    console.log(makeSnapshot([{ id: "a", name: "Planner of all" }]));`;
  const { stdout: shown } = await run(code);
  expect(shown).toContain("agents: Map");
  expect(shown).toContain("Planner of all");
  expect(shown).toContain("loadedAt: ");
  expect(shown).not.toContain("Getter");
}, 30_000);

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { parse as parseToml } from "smol-toml";
import { expect, test } from "vitest";
import { AnyAgentSchema, openRegistry, type RegistryOptions } from "../../mod.ts";
import { tempDir } from "../temp-dir.ts";
import { until } from "../until.ts";

const options = {
  schema: AnyAgentSchema,
  debounceMs: 50,
  logger: false,
  files: { pollMs: 500 },
} as const satisfies RegistryOptions<typeof AnyAgentSchema>;

test("openRegistry follows a directory of files in several formats", async () => {
  const directory = tempDir();
  const path = (name: string): string => join(directory, name);
  writeFileSync(path("a.yaml"), "agents:\n  a:\n    n: 1\n");
  writeFileSync(path("b.json"), '{"agents": [{"id": "b", "n": 1}]}');
  writeFileSync(path("c.toml"), "[agents.c]\nn = 1\n");
  writeFileSync(path("d.md"), "---\nname: d\nn: 1\n---\n\nDo it.\n");
  writeFileSync(path("README.md"), "# Agents\n");
  writeFileSync(path("a.yaml~"), "not: [yaml");
  await using registry = await openRegistry(`${directory}/`, {
    ...options,
    formats: { ".toml": parseToml },
  });
  const { snapshot } = registry;
  expect([...snapshot.agents.keys()]).toEqual(["a", "b", "c", "d"]);
  expect(registry.agent("d")).toEqual({ id: "d", name: "d", n: 1, prompt: "Do it." });
  const ids = (wanted: string) =>
    until(registry.snapshot$, ({ agents }) => [...agents.keys()].join("") === wanted);

  mkdirSync(path("more"));
  writeFileSync(path("more/e.md"), "---\nn: 1\n---\n");
  expect((await ids("abcde")).get("a")).toBe(snapshot.get("a"));

  rmSync(path("b.json"));
  await ids("acde");

  const moved = registry.agent("c");
  const seen: boolean[] = [];
  registry.snapshot$.subscribe(({ agents }) => seen.push(agents.has("c")));
  const read = until(registry.reload$, ({ paths }) => paths.some((one) => one.endsWith("z.toml")));
  renameSync(path("c.toml"), path("more/z.toml"));
  // The file has another name, and everything means what it meant.
  expect((await read).type).toBe("unchanged");
  expect(registry.agent("c")).toBe(moved);
  expect(seen).not.toContain(false);
});

test("openRegistry keeps what a directory held while one of its files is broken", async () => {
  const directory = tempDir();
  for (const id of ["a", "b"]) {
    writeFileSync(join(directory, `${id}.md`), `---\nn: 1\n---\n${id}`);
  }
  await using registry = await openRegistry(`${directory}/`, { ...options, onInvalid: "isolate" });
  writeFileSync(join(directory, "a.md"), "---\nn: [1\n---\na");
  writeFileSync(join(directory, "b.md"), "---\nn: 2\n---\nb");
  const { stale, agents } = await until(
    registry.snapshot$,
    (now) => now.stale.size === 1 && now.get("b")?.["n"] === 2,
  );
  expect([...stale.keys()]).toEqual(["a"]);
  expect(agents.get("a")).toMatchObject({ n: 1 });
});

test.each([
  ["a directory", "agents/"],
  ["a directory by another spelling", "./agents/"],
  ["a directory by one more", "agents//"],
  ["a directory without its slash", "agents"],
  ["a glob", "agents/*.yaml"],
  ["a deep glob", "agents/**/*.yaml"],
  ["an absolute glob", `${process.cwd()}/agents/*.yaml`],
])("openRegistry isolates what is gone as a whole: %s", async (_, input) => {
  const root = tempDir();
  mkdirSync(join(root, "agents"));
  writeFileSync(join(root, "agents/a.yaml"), "agents: {a: {n: 1}}");
  writeFileSync(join(root, "b.yaml"), "agents: {b: {n: 1}}");
  // From here, as nobody can be in another directory.
  const from = relative(process.cwd(), root);
  const spelled = input.startsWith(process.cwd())
    ? input.replace(process.cwd(), root)
    : input.startsWith("./")
    ? `./${from}/${input.slice(2)}`
    : `${from}/${input}`;
  await using registry = await openRegistry([spelled, join(root, "b.yaml")], {
    ...options,
    watch: false,
    onInvalid: "isolate",
  });
  renameSync(join(root, "agents"), join(root, "gone"));
  const event = await registry.reload();
  expect(event.type).toBe("partial");
  expect([...registry.snapshot.agents.keys()].sort()).toEqual(["a", "b"]);
  expect([...registry.snapshot.stale].map(([id, [issue]]) => [id, issue?.code])).toEqual([
    ["a", "file-missing"],
  ]);
});

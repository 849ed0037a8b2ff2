import { cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runChild } from "./source/runtime-child.ts";
import { tempDir } from "./temp-dir.ts";

/** An example, an edit of a copy of its file, and the lines that both make it print. */
const examples: readonly {
  readonly name: string;
  readonly data: string;
  readonly file: string;
  readonly first: string;
  readonly edit: readonly [before: string, after: string];
  readonly then: string;
}[] = [
  {
    name: "crewai",
    data: "crewai/agents.yaml",
    file: "",
    first: "triage_clerk: Triage Clerk for {product}, to sort every new ticket",
    edit: ["sort every new ticket", "read every new ticket"],
    then: "from now on: triage_clerk: Triage Clerk for {product}, to read every new ticket",
  },
  {
    name: "claude-agents",
    data: "claude-agents",
    file: "changelog-writer.md",
    first: "changelog-writer (sonnet; Read, Bash, Edit): You write changelogs",
    edit: ["model: sonnet", "model: opus"],
    then: "changelog-writer (opus; Read, Bash, Edit): You write changelogs",
  },
  {
    name: "mcp-servers",
    data: "mcp-servers/mcp.json",
    file: "",
    first: "runbooks: node tools/runbooks-server.js",
    edit: ['"command": "node"', '"command": "bun"'],
    then: "start again runbooks: bun tools/runbooks-server.js",
  },
];

test.each(examples)("examples/$name.ts follows an edit", async ({ name, ...example }) => {
  const here = fileURLToPath(new URL("../examples/", import.meta.url));
  const copy = join(tempDir(), example.data.split("/").at(-1)!);
  cpSync(join(here, example.data), copy, { recursive: true });
  const file = join(copy, example.file);
  const url = new URL(`../examples/${name}.ts`, import.meta.url).href;
  using child = runChild(
    `process.argv[2] = file; await import(${JSON.stringify(url)});`,
    copy,
  );
  expect(await child.line(example.first, 60_000)).toContain(example.first);
  await child.line("following", 60_000);
  const [before, after] = example.edit;
  const text = readFileSync(file, "utf8");
  expect(text).toContain(before);
  const save = (next: string): void => {
    writeFileSync(`${copy}.new`, next);
    renameSync(`${copy}.new`, file);
  };
  save(text.replace(before, after));
  expect(await child.line(example.then, 60_000)).toContain(example.then);
}, 130_000);

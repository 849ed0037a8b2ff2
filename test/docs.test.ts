import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type CommandName, COMMANDS } from "../src/cli/args/commands.ts";
import type { FlagName } from "../src/cli/args/flag-values.ts";
import { type Flag, FLAGS } from "../src/cli/args/flags.ts";

const root = new URL("../", import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), "utf8");

describe("docs/issue-codes.md", () => {
  const [, union = ""] = /export type IssueCode =([^;]+);/.exec(read("src/model/report/issue.ts"))!;
  const codes = [...union.matchAll(/"([^"]+)"/g)].map(([, code]) => code!);
  const headings = [...read("docs/issue-codes.md").matchAll(/^### (.+)$/gm)].map(([, text]) =>
    text!
  );

  test("has a section of every code, and of no other", () => {
    expect(headings.toSorted()).toEqual(codes.toSorted());
  });

  test("has anchors that are the codes: lower case and hyphens are what they are made of", () => {
    expect(codes.filter((code) => !/^[a-z]+(?:-[a-z]+)*$/.test(code))).toEqual([]);
  });
});

test("docs/options.md names every option", () => {
  const text = read("src/registry/registry-options.ts");
  const namesIn = (table: string): string[] => {
    const [, body = ""] = new RegExp(`^const ${table}:[^]*?= {\n([^]*?)^};`, "m").exec(text)!;
    return [...body.matchAll(/^ {2}(\w+): (\w+),$/gm)].flatMap(([, name = "", value = ""]) =>
      value === "true" ? [name] : namesIn(value).map((inner) => `${name}.${inner}`)
    );
  };
  const options = read("docs/options.md");
  const names = namesIn("OPTIONS");
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !options.includes(`\`${name}\``))).toEqual([]);
});

describe("docs/recipes.md", () => {
  const recipes = read("docs/recipes.md");

  test.each(
    readdirSync(fileURLToPath(new URL("examples/apps/", root))).filter((name) =>
      /\.tsx?$/.test(name)
    ),
  )("shows examples/apps/%s as it is", (name) => {
    const code = read(`examples/apps/${name}`)
      .replace(/^(?:\/\/.*\n)+/, "")
      .replace('"../../mod.ts"', '"@agent-registry/rx"')
      .replace('"../../src/serve/serve-registry.ts"', '"@agent-registry/rx/serve"');
    expect(recipes).toContain(`ignore\n${code}\`\`\``);
  });
});

describe("docs/cli.md", () => {
  const rows = read("docs/cli.md").split("\n").map((line) =>
    line.split("|").map((cell) => cell.replaceAll("`", "").trim())
  );
  const names = Object.keys(COMMANDS) as CommandName[];

  test.each(names)("tells what %s does, its exit codes and examples", (name) => {
    const { words, summary, exit, examples } = COMMANDS[name];
    expect(rows).toContainEqual(["", `${name} ${words}`.trim(), summary, exit, ""]);
    for (const example of examples) expect(read("docs/cli.md")).toContain(`\n${example}\n`);
  });

  test.each(Object.keys(FLAGS) as FlagName[])("tells what --%s does, and for whom", (flag) => {
    const { value = "", of = names, help }: Flag = FLAGS[flag];
    const who = of.length === names.length
      ? "all"
      : of.length === names.length - 1
      ? "all but schema"
      : of.join(", ");
    expect(rows).toContainEqual(["", `--${flag} ${value}`.trim(), who, help, ""]);
  });
});

test("every guide has a place in the site, and is linked from the README", () => {
  const guides = readdirSync(fileURLToPath(new URL("docs/", root)))
    .filter((name) => name.endsWith(".md"));
  const { projectDocuments } = JSON.parse(read("typedoc.json")) as {
    readonly projectDocuments: readonly string[];
  };
  const readme = read("README.md");
  expect(guides.filter((name) => !projectDocuments.includes(`docs/${name}`))).toEqual([]);
  expect(guides.filter((name) => !readme.includes(`(docs/${name})`))).toEqual([]);
});

test("the README is read to its end: at most 900 words", () => {
  const words = read("README.md").split(/\s+/).filter((word) => /\w/.test(word));
  expect(words.length).toBeLessThanOrEqual(900);
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/text/display-width.ts";
import { registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";
import { runToEnd } from "./run.ts";

function file(text: string): string {
  const path = join(tempDir(), "agents.yaml");
  writeFileSync(path, text);
  return path;
}

const terminal = { tty: true, env: { NO_COLOR: "1" } };
const example = "examples/agent_registry.yaml";

describe("issues on a terminal", () => {
  test("one tab is one problem with one frame, and a summary is the last line", async () => {
    const path = file(registryText(["a", "b"]).replace("    owner", "\towner"));
    const { out } = await runToEnd(["check", path], terminal);
    expect(out.match(/\^/g)).toHaveLength(1);
    expect(out.replaceAll("\n", " ")).toContain("Tabs cannot indent in YAML");
    expect(out).toMatch(/\nnot ok: 1 error\n$/);
  });

  test("the same cause is told once, with how often and where", async () => {
    const agents = Object.fromEntries([..."abcdefgh"].map((id) => [id, { owner: 5 }]));
    const path = file(registryText({ ...agents, i: { owner: true }, j: { version: 1 } }));
    const { out } = await runToEnd(["check", path], terminal);
    expect(out.match(/ error /g)).toHaveLength(2);
    const places = [13, 20, 27, 34, 41].map((line) => `${path}:${line}, `).join("");
    expect(out.replaceAll("\n ", "")).toContain(` and 8 more like it: ${places}…`);
    expect(out).toMatch(/\nnot ok: 10 errors\n$/);
  });

  test("lines are broken between words", async () => {
    const path = file(registryText({ a: { category: "tests" }, b: { category: "x" } }));
    const { out } = await runToEnd(["check", path], { ...terminal, columns: 60 });
    const whole = await runToEnd(["check", "--all", path], { tty: false });
    expect(whole.out).toContain(out.slice(0, out.indexOf("\n  ")).replaceAll("\n", " "));
    expect(out.split("\n").filter((line) => line.length > 60 && line.includes(" "))).toEqual([]);
  });

  test("at most five problems, errors first, and how many more there are", async () => {
    const fields = ["owner", "name", "location", "version", "description", "category"];
    const bad = Object.fromEntries(fields.map((field) => [`${field}-is-bad`, { [field]: 5 }]));
    const path = file(registryText({ a: { dependencies: ["nobody"] }, ...bad }));
    const { out } = await runToEnd(["check", path], terminal);
    expect(out.match(/\^/g)).toHaveLength(5);
    expect(out).not.toContain("warning unknown-reference");
    expect(out).toMatch(/\n\nand \d+ more issues?: --all prints them\n\nnot ok: /);
  });

  test("--no-frames shows no line of the file, in any format", async () => {
    const path = file(registryText({ a: { owner: 5 } }));
    for (const flags of [[], ["--json"], ["--format", "github"]]) {
      const { out } = await runToEnd(["check", "--no-frames", ...flags, path]);
      expect(out).toContain("invalid-agent");
      expect(out).not.toContain("environment");
    }
  });
});

describe("a table on a terminal", () => {
  test.each([80, 60, 40, 20])("fits %d columns and breaks no word", async (columns) => {
    const { out } = await runToEnd(["list", example], { ...terminal, columns });
    const [table = ""] = out.split("\n\n");
    const whole = await runToEnd(["list", example]);
    const words = new Set(whole.out.split(/\s+/));
    expect(Math.max(...table.split("\n").map(displayWidth))).toBeLessThanOrEqual(columns);
    expect(table.split(/\s+/).filter((word) => !words.has(word))).toEqual([]);
    expect(out).toMatch(/\n\n12 agents, \d columns? left out \(--json has all\)\n$/);
  });

  test("wraps cells between words", async () => {
    const text = 'agents:\n  a: {team: "ships parcels over night", x: here}\n';
    const { out } = await runToEnd(["list", "--schema", "any", file(text)], {
      ...terminal,
      columns: 23,
    });
    expect(out).toBe("ID  TEAM           X\na   ships parcels  here\n    over night\n\n1 agent\n");
  });
});

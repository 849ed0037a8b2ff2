import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { tempDir } from "../temp-dir.ts";
import { runInside, runToEnd } from "./run.ts";

/** Writes a file below a directory of the test's own. */
function file(name: string, text: string): string {
  const path = join(tempDir(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const run = (...args: string[]) => runToEnd(args);

async function idsOf(...args: string[]): Promise<readonly string[]> {
  const { out, code, err } = await run("list", "--schema", "any", "--json", ...args);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out).map(({ id }: { id: string }) => id);
}

describe("flags that mirror options", () => {
  test("--at, more than once, and with groups", async () => {
    const path = file("a.yaml", "red: {agents: {a: {}}}\nblue: {agents: [b]}\nagents: {c: {}}");
    expect(await idsOf("--at", "red.agents", path)).toEqual(["a"]);
    expect(await idsOf("--at", "red.agents", "--at", "agents", path)).toEqual(["a", "c"]);
    expect(await idsOf("--at", "*.agents", path)).toEqual(["a", "b"]);
  });

  test("--id, --documents and --at for manifests", async () => {
    const path = file(
      "a.yaml",
      "kind: Secret\n---\nkind: Agent\ntier: 1\nmetadata: {name: a}\n---\nkind: Agent\nmetadata: {name: b}",
    );
    const args = ["--at", "", "--id", "metadata.name", "--documents", "kind=Agent", path];
    expect(await idsOf(...args)).toEqual(["a", "b"]);
    expect(await idsOf("--documents", "tier=1", ...args)).toEqual(["a"]);
    expect(await idsOf("--documents", "metadata.name=b", ...args)).toEqual(["b"]);
  });

  test("--body for Markdown, --id file", async () => {
    const path = file("agents/planner.md", "---\nmodel: small\n---\nPlan.");
    const args = ["--schema", "any", "--body", "text", "--id", "file", "--json", path];
    expect(JSON.parse((await run("show", "planner", ...args)).out)).toEqual({
      id: "planner",
      model: "small",
      text: "Plan.",
    });
  });

  test("--duplicates", async () => {
    const path = file("a.yaml", "agents: {a: {n: 1}, a: {n: 2}}");
    expect((await run("check", "--schema", "any", path)).code).toBe(1);
    const args = ["--schema", "any", "--duplicates", "last", "--json", path];
    expect(JSON.parse((await run("show", "a", ...args)).out)).toEqual({ id: "a", n: 2 });
  });

  test("--on-invalid lists what is good, and tells the rest", async () => {
    const path = file("a.yaml", "agents: [{id: a}, {role: x}]");
    expect((await run("list", "--schema", "any", path)).code).toBe(2);
    const args = ["--schema", "any", "--on-invalid", "isolate", "--json", path];
    const { code, out, err } = await run("list", ...args);
    expect([code, out]).toEqual([0, '[{"id":"a"}]\n']);
    expect(err).toContain("missing-field");
  });

  test.each([
    [["--schema", "zod"], 'Expected --schema to be agent or any, got "zod"'],
    [["--id", ""], "Expected --id to name a field"],
    [["--documents", "Agent"], 'Expected --documents to be such as kind=Agent, got "Agent"'],
    [["--body", ""], "Expected --body to name a field"],
    [
      ["--documents", "kind=Agent", "--documents", "kind.x=1"],
      'Expected --documents not to contradict each other, as "kind.x=1" does',
    ],
    [["file://host/a.yaml"], "Expected a file: URL of this machine"],
    [["--duplicates", "no"], 'Expected --duplicates to be reject, first or last, got "no"'],
  ])("%j cannot be meant", async (args, message) => {
    const { code, err } = await run("check", ...args);
    expect(code).toBe(2);
    expect(err.startsWith(message)).toBe(true);
  });
});

describe("agent-registry list", () => {
  test("shows the fields that there are, when they are short", async () => {
    const text = `agents:\n  a: {model: small, prompt: ${
      "long ".repeat(20)
    }, tools: [x]}\n  b: {tier: 2}`;
    const { out } = await run("list", "--schema", "any", file("a.yaml", text));
    expect(out).toBe("ID  MODEL  TIER\na   small\nb          2\n\n2 agents\n");
  });
});

describe("agent-registry schema", () => {
  test("prints a JSON Schema for the place and the schema", async () => {
    const { out, code } = await run("schema", "--at", "crew.agents", "--schema", "any");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      required: ["crew"],
      $defs: { agent: { title: "Any agent" } },
    });
  });

  test("is of one place", async () => {
    for (const args of [["--at", "a", "--at", "b"], ["--at", "*.agents"], ["a.yaml"]]) {
      expect((await run("schema", ...args)).code).toBe(2);
    }
  });
});

describe("agent-registry watch", () => {
  test("--cache opens from what was good when the file is broken", async () => {
    const path = file("a.yaml", "agents: [a, b]");
    const args = ["--once", "--schema", "any", "--cache", `${path}.cache`, path];
    expect((await run("watch", ...args)).code).toBe(0);
    writeFileSync(path, "agents: [");
    const { code, out } = await run("watch", ...args);
    expect(code).toBe(1);
    expect(out).toContain("2 agents, revision 1");
    expect(out).toContain("cache-used");
  });

  test("--cache tells when it cannot be written", async () => {
    const path = file("a.yaml", "agents: [a]");
    const cli = runInside(["watch", "--schema", "any", "--cache", `${path}/no/where`, path]);
    await cli.prints("cache-failed");
    cli.interrupt();
    expect(await cli.code).toBe(0);
    expect((await run("watch", "--cache", "", path)).code).toBe(2);
  });

  test("--max-removed refuses a loss", async () => {
    const path = file("a.yaml", "agents: [a, b, c]");
    const cli = runInside(["watch", "--schema", "any", "--max-removed", "0.5", path]);
    await cli.prints("following");
    writeFileSync(path, "agents: [a]");
    expect(await cli.prints("guard")).toContain("still serving revision 1, 3 agents");
    cli.interrupt();
    expect(await cli.code).toBe(0);
    expect((await run("watch", "--max-removed", "half", path)).code).toBe(2);
    expect((await run("watch", "--max-removed", "2", path)).code).toBe(2);
  });
});

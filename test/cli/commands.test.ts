import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { type AgentText, registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";
import { runToEnd } from "./run.ts";

function file(text: string): string {
  const path = join(tempDir(), "agents.yaml");
  writeFileSync(path, text);
  return path;
}

const run = (...args: string[]) => runToEnd(args);

/** What a terminal would obey, or what would turn text round. */
const UNSAFE = /(?!\n)[\p{Cc}\u202a-\u202e]/u;

const agents: Record<string, AgentText> = {
  beta: { owner: "crew", tags: ["mail"] },
  alpha: { description: "Writes mail" },
};

describe("agent-registry check", () => {
  test("exits 0 for a good file, and tells warnings", async () => {
    const path = file(registryText({ ...agents, gamma: { dependencies: ["alpa"] } }));
    const { code, out } = await run("check", path);
    expect(code).toBe(0);
    expect(out).toContain(`${path}:25:20 warning unknown-reference`);
    expect(out).toMatch(/\n\nok: 3 agents, 1 warning\n$/);
  });

  test("exits 1 with every issue of a bad one", async () => {
    const path = file(registryText({ alpha: { owner: 1 }, beta: { category: "x" } }));
    const { code, out } = await run("check", path);
    expect(code).toBe(1);
    expect(out).toContain(":6:12 error invalid-agent");
    expect(out).toContain(":11:15 error invalid-agent");
    expect(out).toMatch(/\n\nnot ok: 2 errors\n$/);
  });

  test("--strict fails for warnings", async () => {
    const path = file(registryText({ alpha: { dependencies: ["nobody"] } }));
    const { code, out } = await run("check", "--strict", path);
    expect([code, out.split("\n").at(-2)]).toEqual([1, "not ok: 1 agent, 1 warning"]);
    const { out: json } = await run("check", "--strict", "--json", path);
    expect(JSON.parse(json)).toMatchObject({ ok: false, agentsCount: 1 });
    expect((await run("check", "--strict", file(registryText(agents)))).code).toBe(0);
  });

  test("writes JSON", async () => {
    const path = file(registryText({ alpha: { owner: 1 } }));
    for (const format of [["--format", "json"], ["--json"]]) {
      const { code, out } = await run("check", ...format, path);
      expect(code).toBe(1);
      expect(JSON.parse(out)).toMatchObject({
        ok: false,
        agentsCount: 0,
        issues: [{ code: "invalid-agent", line: 6, pointer: "/agents/alpha/owner" }],
      });
    }
  });

  test("writes annotations for a workflow, one a line", async () => {
    const path = file("agents:\n  a: 100%\n");
    const { out } = await run("check", "--format", "github", path);
    expect(out).toBe(
      `::error file=${path},line=2,col=3,title=invalid-agent::${path}:2:3 error invalid-agent: ` +
        'Agent "a": expected a map of fields, found "100%25"\n',
    );
    const frames = await run("check", "--format", "github", "--frames", path);
    expect(frames.out).toContain('found "100%25"%0A  1 | agents:%0A> 2 |   a: 100%25%0A');
    expect(frames.out.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("a name that would command the terminal", () => {
  const hostile = "a\x1b[2J\u009b\u202e.yaml";

  test("of a file is shown without that, and escaped in JSON", async () => {
    for (const format of ["text", "github"]) {
      const { out } = await run("check", "--format", format, hostile);
      expect(out).toContain("a\ufffd[2J\ufffd\ufffd.yaml");
      expect(out).not.toMatch(UNSAFE);
    }
    const { out } = await run("check", "--json", hostile);
    expect(out).not.toMatch(UNSAFE);
    expect(JSON.parse(out).issues[0].path).toBe(hostile);
  });

  test("of an agent is, too", async () => {
    const path = file('agents: {"a\\e\\u202E": {x: "\\x9B"}}');
    for (const args of [["list"], ["list", "--json"], ["watch", "--once", "--json"]]) {
      const { code, out } = await run(...args, "--schema", "any", path);
      expect(code).toBe(0);
      expect(out).not.toMatch(UNSAFE);
    }
  });
});

describe("agent-registry list, search and show", () => {
  test("list and search take only the agents that flags choose", async () => {
    const path = file(registryText({ ...agents, gamma: { owner: "crew", tags: ["mail", "x"] } }));
    const ids = async (...args: string[]) => {
      const { code, out } = await run(...args, "--json", path);
      return [code, ...JSON.parse(out).map(({ id }: { id: string }) => id)];
    };
    expect(await ids("list", "--owner", "crew")).toEqual([0, "beta", "gamma"]);
    expect(await ids("list", "--owner", "crew", "--tag", "mail", "--tag", "x")).toEqual([
      0,
      "gamma",
    ]);
    expect(await ids("list", "--category", "test", "--environment", "test", "--status", "active"))
      .toEqual([0, "alpha", "beta", "gamma"]);
    expect(await ids("search", "mail", "--owner", "crew")).toEqual([0, "beta", "gamma"]);
    expect(await ids("list", "--owner", "nobody")).toEqual([1]);
    const { err } = await run("list", "--owner", "crw", path);
    expect(err).toBe('No agent has "crw" in "owner": did you mean "crew"?\n');
  });

  test("list prints a table, sorted by name", async () => {
    const { code, out } = await run("list", file(registryText(agents)));
    expect(code).toBe(0);
    expect(out.indexOf("alpha")).toBeLessThan(out.indexOf("beta"));
    expect(out).toMatch(/\n\n2 agents\n$/);
  });

  test("list takes a file: URL", async () => {
    const { code } = await run("list", pathToFileURL(file(registryText(agents))).href);
    expect(code).toBe(0);
  });

  test("list --json prints the agents", async () => {
    const { out } = await run("list", "--json", file(registryText(agents)));
    expect(JSON.parse(out)).toMatchObject([{ id: "alpha", deprecated: false }, { id: "beta" }]);
  });

  test("search exits 1 when nothing is found", async () => {
    const path = file(registryText(agents));
    expect(await run("search", "MAIL", path)).toMatchObject({ code: 0 });
    expect(await run("search", "nowhere", path)).toMatchObject({ code: 1, out: "0 agents\n" });
  });

  test("show prints an agent and where it stands, or suggests one", async () => {
    const path = file(registryText(agents));
    const { code, out } = await run("show", "alpha", path);
    expect(code).toBe(0);
    expect(out).toContain(`# ${path}:10:3\nid: alpha\nname: alpha\n`);
    const missing = await run("show", "alpa", path);
    expect(missing).toMatchObject({ code: 1, out: "" });
    expect(missing.err).toContain('did you mean "alpha"?');
  });

  test("exit 2 with the issues of a bad file", async () => {
    const path = file("agents: [");
    for (const args of [["list"], ["search", "x"], ["show", "x"]]) {
      const { code, out, err } = await run(...args, path);
      expect(code).toBe(2);
      expect(out).toBe("");
      expect(err).toContain("yaml-syntax");
    }
  });
});

describe("agent-registry diff", () => {
  test("prints what would change, and exits 1 when anything would", async () => {
    const older = file(registryText(agents));
    const newer = file(registryText({ beta: { owner: "team", tags: ["mail"] }, gamma: {} }));
    const { code, out } = await run("diff", older, newer);
    expect(code).toBe(1);
    expect(out).toBe("  + gamma\n  ~ beta  owner: crew → team\n  - alpha\n");
    expect(await run("diff", older, older)).toMatchObject({ code: 0, out: "nothing differs\n" });
    const { out: json } = await run("diff", "--json", older, newer);
    expect(JSON.parse(json)).toEqual({
      added: ["gamma"],
      updated: ["beta"],
      removed: ["alpha"],
      fields: { beta: [{ field: "owner", before: "crew", after: "team" }] },
      document: [],
    });
    const around = file(registryText(agents, "version: '2'\n"));
    expect(await run("diff", older, around)).toMatchObject({
      code: 1,
      out: "  around the agents, version: 2 (new)\n",
    });
  });
});

test.each([
  [["search"], "Expected a text to search for"],
  [["show"], "Expected the id of an agent"],
  [["diff", "a"], "Expected two files to compare, got 1"],
  [["check", "--format", "xml"], 'Expected --format to be text, json, github, got "xml"'],
  [["list", "--once"], "--once goes with watch, publish only"],
  [["list", ""], "Expected a path, got an empty one"],
])("agent-registry %j exits 2", async (args, message) => {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

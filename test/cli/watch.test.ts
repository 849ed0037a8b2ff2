import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";
import { runInside } from "./run.ts";

function tempFile(text?: string) {
  const directory = tempDir();
  const path = join(directory, "agents.yaml");
  const save = (next: string): void => {
    writeFileSync(`${path}.new`, next);
    renameSync(`${path}.new`, path);
  };
  if (text !== undefined) save(text);
  return { path, save };
}

const quick = ["--debounce-ms", "20", "--poll-ms", "200"];

describe("agent-registry watch", () => {
  test("prints the agents, then what changed, what broke, and when it is good again", async () => {
    const { path, save } = tempFile(registryText(["alpha", "beta"]));
    const cli = runInside(["watch", ...quick, path]);
    const first = await cli.prints("Ctrl-C ends");
    expect(first).toMatch(/^ID +NAME +CATEGORY +ENVIRONMENT +OWNER +VERSION +STATUS\n/);
    expect(first).toMatch(/alpha +alpha +test +test +core +1\.0\.0 +active\n/);
    expect(first).toContain("2 agents, revision 1");

    save(registryText({ beta: { owner: "crew", tags: ["x"] }, gamma: {} }));
    const change = await cli.prints("- alpha");
    expect(change).toContain("revision 2, 2 agents");
    expect(change).toContain("  + gamma\n");
    expect(change).toContain('  ~ beta  owner: core → crew, tags: ["x"] (new)\n');

    save(registryText({ beta: { owner: 5 } }));
    const broken = await cli.prints("^");
    expect(broken).toContain("1 issue, still serving revision 2, 2 agents");
    expect(broken).toContain(
      `${path}:6:12 error invalid-agent: Agent "beta": expected "owner" to be text`,
    );
    expect(broken).toContain("> 6 |     owner: 5\n    |            ^");

    save(registryText({ beta: { owner: "crew", tags: ["x"] }, gamma: {} }));
    expect(await cli.prints("nothing changed")).toContain("in sync again: revision 2, 2 agents");

    save(registryText(["beta"]));
    await cli.prints("revision 3, 1 agent\n");
    rmSync(path);
    expect(await cli.prints("file-missing")).toContain("still serving revision 3, 1 agent");
    cli.interrupt();
    expect(await cli.code).toBe(0);
    expect(cli.errors()).toBe("");
    expect(cli.text()).not.toContain("\x1b");
  });

  test("with --on-invalid isolate prints what is good, what is not, and what is stale", async () => {
    const { path, save } = tempFile(registryText({ alpha: {}, beta: { owner: 5 } }));
    const cli = runInside(["watch", "--on-invalid", "isolate", ...quick, path]);
    const first = await cli.prints("Ctrl-C ends");
    expect(first).toContain("1 agent, revision 1");
    expect(first).toContain('Agent "beta": expected "owner" to be text');
    save(registryText({ alpha: { owner: "crew" }, beta: {} }));
    expect(await cli.prints("+ beta")).toContain("in sync again: revision 2, 2 agents");
    save(registryText({ alpha: { owner: 5 }, beta: { owner: "crew" } }));
    const part = await cli.prints("^");
    expect(part).toMatch(
      /1 issue, serving revision 3, 2 agents, 1 of them stale\n {2}~ beta .*\n$/,
    );
    expect(part).toContain("> 6 |     owner: 5");
    cli.interrupt();
    expect(await cli.code).toBe(0);
    const once = runInside(["watch", "--once", "--on-invalid", "isolate", path]);
    expect(await once.code).toBe(1);
  });

  test("waits for a file that is not there yet", async () => {
    const { path, save } = tempFile();
    const cli = runInside(["watch", ...quick, path]);
    expect(await cli.prints("waiting for a good")).toContain(
      "file-missing: The file does not exist",
    );
    save(registryText(["alpha"]));
    expect(await cli.prints("1 agent, revision 1")).toMatch(/^ID +NAME/m);
    cli.interrupt();
    expect(await cli.code).toBe(0);
  });

  test("tells warnings", async () => {
    const { path } = tempFile(registryText({ alpha: { dependencies: ["betta"] }, beta: {} }));
    const cli = runInside(["watch", "--once", path]);
    expect(await cli.code).toBe(0);
    expect(cli.text()).toContain(
      'warning unknown-reference: "betta" in "dependencies" is not in "agents": did you mean "beta"?',
    );
  });

  test("colours on a terminal, unless NO_COLOR is set", async () => {
    const { path } = tempFile(registryText(["alpha"]));
    for (const [env, coloured] of [[{}, true], [{ NO_COLOR: "1" }, false]] as const) {
      const cli = runInside(["watch", "--once", path], { tty: true, env });
      expect(await cli.code).toBe(0);
      expect(cli.text().includes("\x1b[1m")).toBe(coloured);
    }
  });

  test("does not let a file's text command the terminal", async () => {
    const { path } = tempFile(registryText({ alpha: { name: "\x1b[31mred\x07" } }));
    const cli = runInside(["watch", "--once", path]);
    expect(await cli.code).toBe(0);
    expect(cli.text()).toContain("\ufffd[31mred\ufffd");
  });
});

describe("agent-registry watch --json", () => {
  test("prints one event a line", async () => {
    const { path, save } = tempFile(registryText(["alpha"]));
    const cli = runInside(["watch", "--json", ...quick, path]);
    await cli.prints("\n");
    save("agents: [");
    await cli.prints("\n");
    save(registryText(["beta"]));
    await cli.prints("\n");
    cli.interrupt();
    expect(await cli.code).toBe(0);
    const events = cli.text().trimEnd().split("\n").map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { type: "applied", cause: "initial", revision: 1, changes: { added: ["alpha"] } },
      { type: "rejected", cause: "change", revision: 1, issues: [{ code: "yaml-syntax" }] },
      { type: "applied", revision: 2, changes: { added: ["beta"], removed: ["alpha"] } },
    ]);
  });
});

describe("agent-registry watch --once", () => {
  test("prints warnings as JSON, too", async () => {
    const { path } = tempFile(registryText({ alpha: { dependencies: ["nobody"] } }));
    const cli = runInside(["watch", "--once", "--json", path]);
    expect(await cli.code).toBe(0);
    expect(JSON.parse(cli.text())).toMatchObject({
      type: "applied",
      warnings: [{ code: "unknown-reference", severity: "warning", path, line: 9 }],
    });
  });

  test("exits 1 with the issues of a bad file", async () => {
    const { path } = tempFile(registryText({ alpha: { version: 1 } }));
    const cli = runInside(["watch", "--once", path]);
    expect(await cli.code).toBe(1);
    expect(cli.text()).toContain("put it in quotes");
    const json = runInside(["watch", "--once", "--json", path]);
    expect(await json.code).toBe(1);
    expect(JSON.parse(json.text())).toMatchObject({ type: "rejected", revision: 0 });
  });
});

describe("agent-registry", () => {
  test("prints help and version", async () => {
    for (const [flag, text] of [["--help", "Usage:"], ["-v", "0."]] as const) {
      const cli = runInside([flag]);
      expect(await cli.code).toBe(0);
      expect(cli.text()).toContain(text);
    }
  });

  test.each([
    [[], "Expected a command"],
    [["wacth"], 'Unknown command "wacth"'],
    [["watch", "--debounce-ms", "soon"], 'Expected --debounce-ms to be a number, got "soon"'],
    [["watch", "--nope"], "--nope"],
    [["watch", "--on-invalid", "ignore"], 'reject or isolate, got "ignore"'],
    [
      ["check", "--on-invalid", "isolate"],
      "--on-invalid goes with watch, serve, publish, list, search, show only",
    ],
    [["watch", "--once", "--poll-ms", "0", "x"], "Expected pollMs to be more than 0"],
  ])("exits 2 for %j", async (args, message) => {
    const cli = runInside(args);
    expect(await cli.code).toBe(2);
    expect(cli.errors()).toContain(message);
  });
});

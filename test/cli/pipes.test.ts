import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { oneModule } from "../one-module.ts";
import { registryText } from "../registry-text.ts";
import { run } from "../run-program.ts";
import { tempDir } from "../temp-dir.ts";
import { runToEnd } from "./run.ts";

const text = registryText(["alpha"]);
const windows = process.platform === "win32";

test.each(["-", "/dev/stdin", "/dev/fd/0"])("check %s reads what is piped in", async (path) => {
  const stdin = [text.slice(0, 40), text.slice(40)];
  expect(await runToEnd(["check", path], { stdin })).toMatchObject({
    code: 0,
    out: "ok: 1 agent\n",
  });
  const broken = await runToEnd(["check", path], { stdin: ["agents: ["] });
  expect(broken.code).toBe(1);
  expect(broken.out).toContain("(stdin):1:");
});

test("what is piped in may be JSON, with tabs", async () => {
  const stdin = [JSON.stringify({ agents: { a: { role: "x" } } }, undefined, "\t")];
  const { code, out } = await runToEnd(["show", "a", "-", "--schema", "any", "--json"], { stdin });
  expect([code, out]).toEqual([0, '{"id":"a","role":"x"}\n']);
});

test("--max-bytes ends what never ends", async () => {
  const endless = {
    *[Symbol.iterator]() {
      for (;;) yield "agents: ";
    },
  };
  const stdin = endless as unknown as readonly string[];
  const { code, out } = await runToEnd(["check", "--max-bytes", "100", "-"], { stdin });
  expect(code).toBe(1);
  expect(out).toContain("(stdin) error too-large");
});

test.each([
  [["watch", "-"], "Expected paths to follow"],
  [["serve", "-"], "Expected paths to follow"],
  [["check", "-", "a.yaml"], "Expected paths, or what is piped in: not both"],
  [["check", "-", "/dev/stdin"], "Expected the standard input once"],
  [["diff", "-", "-"], "Expected the standard input once"],
])("%j exits 2", async (args, message) => {
  const { code, err } = await runToEnd(args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test("watch --once - tells what is piped in", async () => {
  const { code, out } = await runToEnd(["watch", "--once", "-"], { stdin: [text] });
  expect(code).toBe(0);
  expect(out).toContain("1 agent, revision 1");
});

test.skipIf(windows)("diff reads two FIFOs to their ends, whichever is written first", async () => {
  const directory = tempDir();
  const [older, newer] = [join(directory, "older"), join(directory, "newer")];
  execFileSync("mkfifo", [older, newer]);
  // Each write ends when a reader has come, so the second pipe is there after the first was read.
  const writer = run(`
    import { writeFileSync } from "node:fs";
    writeFileSync(${JSON.stringify(newer)}, ${JSON.stringify(registryText(["alpha", "beta"]))});
    writeFileSync(${JSON.stringify(older)}, ${JSON.stringify(text)});
  `);
  expect(await runToEnd(["diff", older, newer])).toMatchObject({ code: 1, out: "  + beta\n" });
  await writer;
});

describe.skipIf(windows)("a shell can pipe into it", () => {
  const { Deno, Bun } = globalThis as { Deno?: unknown; Bun?: unknown };
  const main = new URL("../../src/cli/main.ts", import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), "pipes-"));
  let cli = `"${process.execPath}" ${Deno ? "run -A" : ""} "${fileURLToPath(main)}"`;
  beforeAll(async () => {
    if (Deno || Bun) return;
    const file = join(folder, "cli.mjs");
    writeFileSync(file, await oneModule(`import ${JSON.stringify(main.href)};`));
    cli = `"${process.execPath}" "${file}"`;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ["cat agents.yaml | agent-registry check -", "ok: 1 agent\n"],
    ["agent-registry check /dev/stdin < agents.yaml", "ok: 1 agent\n"],
    [
      "agent-registry diff <(sed s/1.0.0/1.0.1/ agents.yaml) agents.yaml",
      "  ~ alpha  version: 1.0.1 → 1.0.0\n",
    ],
  ])("%s", async (line, printed) => {
    const path = join(tempDir(), "agents.yaml");
    writeFileSync(path, text);
    const script = line.replace("agent-registry", cli).replaceAll(" agents.yaml", ` ${path}`);
    const out = await new Promise<string>((resolve) => {
      execFile("bash", ["-c", script], (_, stdout, stderr) => resolve(stderr + stdout));
    });
    expect(out).toBe(printed);
  }, 60_000);
});

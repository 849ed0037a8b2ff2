import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";

const mod = new URL("../../mod.ts", import.meta.url).href;
const onDeno = process.env["EXPECT_RUNTIME"] === "deno";

/** Opens a registry in a process that may read these paths only, and gives how it watches. */
function watchingWith(input: string, file: string, ...readable: string[]): unknown {
  const program = `
    const { openRegistry } = await import(${JSON.stringify(mod)});
    const file = ${JSON.stringify(file)};
    const registry = await openRegistry(${
    JSON.stringify(input)
  }, { logger: false, files: { pollMs: 20 } });
    Deno.writeTextFileSync(file, Deno.readTextFileSync(file).replaceAll("core", "crew"));
    for await (const { agents } of registry) if (agents.get("a").owner === "crew") break;
    const { watching, issues } = registry.status;
    const messages = issues.map(({ code, message }) => code + ": " + message);
    console.log(JSON.stringify({ watching, messages }));
    await registry.close();
  `;
  const permissions = ["--no-prompt", "--ignore-env", `--allow-read=${readable}`];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["run", ...permissions, `--allow-write=${file}`, "--no-check", "-"],
    { input: program, encoding: "utf8", timeout: 15_000, killSignal: "SIGKILL" },
  );
  if (stdout === "") throw new Error(`The process said nothing: ${stderr}`);
  return JSON.parse(stdout);
}

test.skipIf(!onDeno)("Deno needs to be allowed to read the directory, and no other", () => {
  const directory = tempDir();
  const file = join(directory, "agents.yaml");
  writeFileSync(file, registryText(["a"]));
  expect(watchingWith(file, file, directory)).toEqual({ watching: "events", messages: [] });
});

test.skipIf(!onDeno).each(["", "*.yaml", "**"])(
  "Deno needs to be allowed to read the directory that is an input, as %j, and no other",
  (glob) => {
    const directory = tempDir();
    const file = join(directory, "agents.yaml");
    writeFileSync(file, registryText(["a"]));
    const input = `${directory}/${glob}`;
    expect(watchingWith(input, file, directory)).toEqual({ watching: "events", messages: [] });
  },
);

test.skipIf(!onDeno)("Deno that may read only the file polls, and says what to allow", () => {
  const directory = tempDir();
  const file = join(directory, "agents.yaml");
  writeFileSync(file, registryText(["a"]));
  const { watching, messages } = watchingWith(file, file, file) as Record<string, string>;
  expect(watching).toBe("polling");
  expect(messages).toHaveLength(1);
  expect(messages![0]).toContain(
    `watch-failed: No permission to watch ${directory} (NotCapable), allow it with --allow-read=${directory}:`,
  );
});

/** Opens a registry with a cache in a process that may write these paths only; gives what is wrong. */
function cachingWith(directory: string, ...writable: string[]): unknown {
  const file = join(directory, "agents.yaml");
  writeFileSync(file, registryText(["a"]));
  const program = `
    const { openRegistry } = await import(${JSON.stringify(mod)});
    const cache = ${JSON.stringify(join(directory, "cache"))};
    const lines = [];
    const log = (level) => (message) => void lines.push([level, message]);
    const logger = { debug() {}, info() {}, warn: log("warn"), error: log("error") };
    const registry = await openRegistry(${JSON.stringify(file)}, { cache, logger });
    await registry.close();
    console.log(JSON.stringify(lines));
  `;
  const permissions = ["--no-prompt", "--ignore-env", `--allow-read=${directory}`];
  if (writable.length > 0) permissions.push(`--allow-write=${writable}`);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["run", ...permissions, "--no-check", "-"],
    { input: program, encoding: "utf8", timeout: 15_000, killSignal: "SIGKILL" },
  );
  if (stdout === "") throw new Error(`The process said nothing: ${stderr}`);
  return JSON.parse(stdout);
}

test.skipIf(!onDeno)("Deno needs to be allowed to write the directory of a cache", () => {
  const directory = tempDir();
  expect(cachingWith(directory, directory)).toEqual([]);
  expect(existsSync(join(directory, "cache"))).toBe(true);
});

test.skipIf(!onDeno)("Deno that may not write it warns, and goes on", () => {
  const directory = tempDir();
  const why = expect.stringMatching(/cache: The cache cannot be written: .*write access/);
  expect(cachingWith(directory)).toEqual([["warn", why]]);
});

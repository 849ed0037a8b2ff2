import { describe, expect, test } from "vitest";
import { runChild } from "./source/runtime-child.ts";

describe("an example runs by itself, and ends", () => {
  test.each([
    ["crewai", "log_reader: Log Reader, to find"],
    ["claude-agents", "changelog-writer (sonnet; Read, Bash, Edit): You write changelogs"],
    ["mcp-servers", "runbooks: node tools/runbooks-server.js"],
  ])("%s", async (name, line) => {
    const url = new URL(`../examples/${name}.ts`, import.meta.url).href;
    using child = runChild(`await import(${JSON.stringify(url)});`, "");
    expect(await child.line(line)).toContain(line);
    expect(await child.ended()).toBe(0);
  });
});

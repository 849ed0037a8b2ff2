import { mkdirSync, writeFileSync } from "node:fs";
import { join, posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { parseGlobs } from "../../../src/source/find/glob.ts";
import { toFileInput } from "../../../src/source/find/file-input.ts";
import { ReadLog } from "../../../src/source/read/read-log.ts";
import { WatchedFiles } from "../../../src/source/watch/watched-files.ts";
import { foldName, splitPath } from "../../../src/source/watch/watch-plan.ts";
import { tempDir } from "../../temp-dir.ts";

describe("splitPath", () => {
  test.each([
    ["/srv/agents/x.yaml", posix, "/", ["srv", "agents", "x.yaml"]],
    ["/", posix, "/", []],
    ["C:\\agents\\x.yaml", win32, "C:\\", ["agents", "x.yaml"]],
    ["C:\\", win32, "C:\\", []],
    ["\\\\host\\share\\agents\\x.yaml", win32, "\\\\host\\share\\", ["agents", "x.yaml"]],
    ["\\\\?\\C:\\agents\\x.yaml", win32, "\\\\?\\C:\\", ["agents", "x.yaml"]],
  ])("%s", (path, system, root, rest) => {
    expect(splitPath(path, system)).toEqual({ root, rest });
  });
});

describe("foldName", () => {
  test("is the same for names that macOS or Windows take for one", () => {
    expect(foldName("Agents.YAML")).toBe(foldName("agents.yaml"));
    expect(foldName("caf\u00e9.yaml")).toBe(foldName("cafe\u0301.yaml"));
    expect(foldName("a.yaml")).not.toBe(foldName("b.yaml"));
  });
});

test("an event that spells a name as it is on the disk concerns the file that the user named", async () => {
  const directory = tempDir();
  mkdirSync(join(directory, "agents"));
  const path = join(directory, "agents", "Agents.yaml");
  writeFileSync(path, "agents: {}");
  const input = toFileInput(path, { ignored: parseGlobs(), extensions: [".yaml"] });
  const files = new WatchedFiles([input], new ReadLog(), 1_000);
  await files.findChanged("all", () => true);
  await files.plan(true);

  const concerned = (name: string): number => {
    const { inputs, files: checks } = files.targetsOf(join(directory, "agents"), name);
    return inputs.length + checks.length;
  };
  expect(concerned("agents.YAML")).toBe(concerned("Agents.yaml"));
  expect(concerned("Agents.yaml")).toBeGreaterThan(0);
  expect(concerned("other.yaml")).toBe(0);
});

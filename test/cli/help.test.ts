import { describe, expect, test } from "vitest";
import { type CommandName, COMMANDS } from "../../src/cli/args/commands.ts";
import { flagsOf } from "../../src/cli/args/flags.ts";
import { displayWidth } from "../../src/text/display-width.ts";
import { runToEnd } from "./run.ts";

const names = Object.keys(COMMANDS) as CommandName[];
const help = async (...args: string[]) => (await runToEnd(args)).out;

describe("--help", () => {
  test("names every command", async () => {
    const text = await help("--help");
    for (const name of names) expect(text).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(await help("help")).toBe(text);
  });

  test.each(names)("of %s tells its flags and no others, in 80 columns", async (name) => {
    const text = await help(name, "--help");
    const told = [...text.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, flag]) => flag);
    expect(told).toEqual(flagsOf(name));
    const prose = text.split("\n").filter((line) => !line.startsWith("  agent-registry"));
    expect(Math.max(...prose.map(displayWidth))).toBeLessThanOrEqual(80);
    expect(await help("help", name)).toBe(text);
  });
});

test.each([
  [["check", "--strct"], "Unknown flag --strct: did you mean --strict?"],
  [["watch", "--debounce"], "Unknown flag --debounce"],
  [["list", "--tags", "x"], "Unknown flag --tags: did you mean --tag?"],
  [["serve", "--pot=1"], "Unknown flag --pot: did you mean --port?"],
  [["check", "-q"], "Unknown flag -q"],
  [["check", "--debounce-ms", "3"], "--debounce-ms goes with watch, serve, publish only"],
  [["chek"], 'Unknown command "chek": did you mean check?'],
  [["\x1b[31m"], 'Unknown command "\ufffd[31m": expected watch, serve'],
])("%j exits 2, and says what may be meant", async (args, message) => {
  const { code, err } = await runToEnd(args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

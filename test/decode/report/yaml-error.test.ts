import { describe, expect, test } from "vitest";
import { decode } from "../decode-one.ts";

/** What is wrong with a text: line, column and message of each issue. */
const issuesOf = (text: string) =>
  decode(text).errors.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe("a text that must be in quotes", () => {
  test.each([
    ["{topic} Senior", '"{" must be in quotes: YAML takes it for a map'],
    ["{{ topic }} Senior", '"{" must be in quotes: YAML takes it for a map'],
    ["[topic] Senior", '"[" must be in quotes: YAML takes it for a list'],
    ["*x* y", '"*" must be in quotes: YAML takes it for an alias'],
    ["@x", '"@" must be in quotes'],
    ["%x", '"%" must be in quotes'],
    ["`x`", '"`" must be in quotes'],
    ["`x` and y", '"`" must be in quotes'],
  ])("is told where it starts: %s", (role, message) => {
    const around = ["agents:\n  a:\n    name: x\n    ", "\n    goal: y\n  b:\n    name: z\n"];
    const told = `A text that starts with ${message}`;
    expect(issuesOf(around.join(`role: ${role}`))).toEqual([`4:11 ${told}`]);
    expect(issuesOf(around.join(`roles:\n    - ${role}`))).toEqual([`5:7 ${told}`]);
  });

  test.each(['"x" y', "'x' y"])("is told where it has some already: %s", (role) => {
    expect(issuesOf(`agents:\n  a:\n    role: ${role}\n`)).toEqual([
      "3:11 A text that goes on behind its closing quote must be in quotes as a whole",
    ]);
  });
});

describe("a line that is not indented enough", () => {
  const same = "All mapping items must start at the same column";
  const nothing = "This line belongs to nothing above: indent it like the lines that it belongs to";

  test.each([
    ["agents:\n  a:\n    name: x\n   role: y\n", `4:4 ${same}`],
    ["agents:\n  a:\n    name: x\n\n   role: y\n", `5:4 ${same}`],
    ["agents:\n  a:\n    name: x\r\n \r\n# why\r\n\r\n   role: y\r\n", `7:4 ${same}`],
    ["agents:\n    a:\n        name: x\n\n  b:\n        name: y\n", `5:3 ${nothing}`],
    ["agents:\n  a:\n    name: x\n\n\n b:\n    name: z\n", `6:2 ${nothing}`],
    [" agents:\n  a:\n    name: x\n\nversion: 1\n", `5:1 ${nothing}`],
  ])("is told once, and not above it: %j", (text, issue) => {
    expect(issuesOf(text)).toEqual([issue]);
  });
});

describe("a byte order mark that is not the first character", () => {
  test.each([
    ["---\n\ufeffagents: {}\n", '2:1 A byte order mark, U+FEFF, stands before "agents": remove it'],
    ["x: 1\n\ufeffagents: {}", '2:1 A byte order mark, U+FEFF, stands before "agents": remove it'],
    ["---\ufeff\nagents: {}\n", "1:4 A byte order mark, U+FEFF, stands here: remove it"],
  ])("is named: %j", (text, issue) => {
    expect(issuesOf(text)).toEqual([issue]);
  });

  test("is none as the first one", () => {
    expect(issuesOf("\ufeff---\nagents: {}\n")).toEqual([]);
    expect(issuesOf("\ufeffagents:\n  a:\n    x: @\n")[0]).toMatch(/^3:8 A text that starts/);
  });
});

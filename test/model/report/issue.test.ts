import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  formatIssue,
  type Issue,
  limitIssues,
  placeOf,
  summarizeIssues,
  toIssue,
} from "../../../src/model/report/issue.ts";

const issue: Issue = {
  code: "file-missing",
  severity: "error",
  message: "No file",
  path: "a.yaml",
};
const placed: Issue = { ...issue, code: "yaml-syntax", severity: "warning", line: 3, column: 7 };
const many = (count: number, severity: Issue["severity"] = "error") =>
  Array.from({ length: count }, (_, at): Issue => ({ ...issue, severity, message: `${at}` }));

describe("formatIssue", () => {
  test.each([
    [issue, "a.yaml error file-missing: No file"],
    [placed, "a.yaml:3:7 warning yaml-syntax: No file"],
    [{ ...issue, line: 3 }, "a.yaml:3:1 error file-missing: No file"],
    [
      { ...placed, frame: "> 1 | x\n    | ^" },
      "a.yaml:3:7 warning yaml-syntax: No file\n> 1 | x\n    | ^",
    ],
  ])("%j", (one, text) => {
    expect(formatIssue(one)).toBe(text);
  });
});

describe("String(issue)", () => {
  const made = toIssue({ ...placed, frame: "> 3 | api_key: sk-1" });

  test("is one line without the frame", () => {
    expect(String(made)).toBe("a.yaml:3:7 warning yaml-syntax: No file");
    expect(toIssue(made)).toBe(made);
  });

  test("leaves the issue plain data", () => {
    const plain = { ...placed, frame: "> 3 | api_key: sk-1" };
    expect(made).toEqual(plain);
    expect(structuredClone(made)).toEqual(plain);
    expect(JSON.parse(JSON.stringify(made))).toEqual(plain);
    expect(inspect(made)).toBe(inspect(plain));
    expect(Object.isFrozen(made)).toBe(true);
    const names: string[] = [];
    for (const name in made) names.push(name);
    expect(names).toEqual(Object.keys(plain));
  });

  test("is that of every issue in lists, whoever made it", () => {
    expect(limitIssues([issue]).map(String)).toEqual(["a.yaml error file-missing: No file"]);
    expect(limitIssues(many(101)).map(String).at(-1)).toBe(
      "a.yaml error more-issues: And 1 more issue",
    );
  });
});

describe("the name of a file with control characters in it", () => {
  const path = "a\u001b[31m\u009b2J\u202e\nforged.yaml";
  const odd = toIssue({ ...placed, path, message: `No ${path}`, frame: "> 1 | \u001b\n    | ^" });

  test("is printed as one line that no terminal obeys", () => {
    const shown = "a\ufffd[31m\ufffd2J\ufffd\ufffdforged.yaml";
    expect(placeOf(odd)).toBe(`${shown}:3:7`);
    expect(String(odd)).toBe(`${shown}:3:7 warning yaml-syntax: No ${shown}`);
    expect(formatIssue(odd)).toBe(`${odd}\n> 1 | \ufffd\n    | ^`);
    expect(summarizeIssues([odd])).toBe(`${shown}:3:7 No ${shown}`);
  });

  test("stays exact in the data", () => {
    expect(odd.path).toBe(path);
  });
});

describe("summarizeIssues", () => {
  test.each([
    [[], "no issues"],
    [[issue], "a.yaml No file"],
    [[placed, issue], "a.yaml:3:7 No file (and 1 more issue)"],
    [[placed, issue, issue], "a.yaml:3:7 No file (and 2 more issues)"],
  ])("of %j", (issues, text) => {
    expect(summarizeIssues(issues)).toBe(text);
  });
});

describe("limitIssues", () => {
  test("keeps a hundred", () => {
    expect(limitIssues([])).toEqual([]);
    expect(limitIssues(many(100))).toEqual(many(100));
  });

  test("counts the rest", () => {
    const limited = limitIssues(many(101));
    expect(limited.slice(0, 100)).toEqual(many(100));
    expect(limited.slice(100)).toEqual([
      { code: "more-issues", severity: "error", message: "And 1 more issue", path: "a.yaml" },
    ]);
    expect(limitIssues(many(100), 5_000).at(-1)?.message).toBe("And 4900 more issues");
    expect(limitIssues(many(150, "warning")).at(-1)?.severity).toBe("warning");
    expect(Object.isFrozen(limited)).toBe(true);
  });
});

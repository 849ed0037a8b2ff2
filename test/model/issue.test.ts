import { describe, expect, test } from "vitest";
import { formatIssue, type Issue, limitIssues, summarizeIssues } from "../../src/model/issue.ts";

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

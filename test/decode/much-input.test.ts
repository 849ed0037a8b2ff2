import { env } from "node:process";
import { Type } from "@sinclair/typebox";
import { describe, expect, test } from "vitest";
import type { IssueCode } from "../../src/model/report/issue.ts";
import { decode, flow } from "./decode-one.ts";
import { createDecoder } from "./sync-decoder.ts";

const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

// By `npm run fuzz`: it takes long.
describe.skipIf(env["FUZZ"] === undefined)("much input ends", { timeout: 60_000 }, () => {
  test.each<[string, string, IssueCode]>([
    [
      "ten megabytes of text on one line",
      `agents: {}\nx: ${"y ".repeat(5e6)}\nx: 1`,
      "duplicate-key",
    ],
    ["ten megabytes of junk", "\x01%$#@!]}{[".repeat(1e6), "yaml-syntax"],
    ["a hundred thousand brackets", "[".repeat(1e5), "too-deep"],
    [
      "more repeated keys than a call takes arguments",
      `agents: {}\n${"a:\n".repeat(150_000)}`,
      "duplicate-key",
    ],
    ["twenty thousand lines of syntax errors", "foo\nbar: [\n".repeat(1e4), "yaml-syntax"],
    [
      "10,000 bad agents",
      `agents:\n${lines(10_000, (at) => `  a${at}: {name: 5}`)}`,
      "missing-field",
    ],
    [
      "sixty thousand dependencies, the last one twice",
      `agents: {a: {${flow}, dependencies: [${lines(60_000, (at) => ` t${at},`)} t59999]}}`,
      "invalid-agent",
    ],
  ])("%s", (_, text, code) => {
    const { errors } = decode(text);
    expect(errors[0]?.code).toBe(code);
  });

  test.each<[string, string]>([
    [
      "8,000 agents that merge one anchor",
      `base: &base {${flow}}\nagents:\n${lines(8000, (at) => `  a${at}: {<<: *base}`)}`,
    ],
    [
      "2,000 references to nothing",
      `agents:\n${lines(2000, (at) => `  agent-${at}: {${flow}, dependencies: [agnt-x-${at}]}`)}`,
    ],
    [
      "names that are long and alike",
      `agents: {${"a".repeat(50_000)}: {${flow}, dependencies: [${"b".repeat(50_000)}]}}`,
    ],
  ])("%s", (_, text) => {
    expect(decode(text).errors).toEqual([]);
  });

  test("an extract function that gives one part in many places", () => {
    let deep: unknown = { n: 1 };
    for (let level = 0; level < 40; level++) deep = { l: deep, r: deep };
    const decode = createDecoder(Type.Object({}), { extract: () => ({ deep }) });
    const documents = [{ path: "agents.yaml", content: "teams: []" }];
    const { errors } = decode({ documents, issues: [] });
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining("Parts stand in more than"),
    ]);
  });
});

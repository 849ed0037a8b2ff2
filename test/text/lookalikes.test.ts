import { expect, test } from "vitest";
import { codePoints } from "../../src/text/code-points.ts";
import { lookalikes } from "../../src/text/lookalikes.ts";

test.each<[readonly string[], readonly (readonly string[])[]]>([
  [[], []],
  [["a", "b", "a"], []],
  [["a", "A", "é", "e"], []],
  [["caf\u00e9", "x", "cafe\u0301"], [["caf\u00e9", "cafe\u0301"]]],
  [["plan\u200bner", "planner"], [["plan\u200bner", "planner"]]],
  [["planner", "planner\ufeff", "\u2060planner"], [
    ["planner", "planner\ufeff", "\u2060planner"],
  ]],
  [["a\u00ad", "b", "b\u200d", "a"], [["a\u00ad", "a"], ["b", "b\u200d"]]],
  [["e\u200b\u0301", "\u00e9"], [["e\u200b\u0301", "\u00e9"]]],
  [["計画", "計画者"], []],
  [["__proto__", "__proto__\u200b"], [["__proto__", "__proto__\u200b"]]],
])("lookalikes of %j are %j", (texts, groups) => {
  expect(lookalikes(texts)).toEqual(groups);
});

test.each([["", 0], ["abc", 3], ["👍👍", 2], ["e\u0301", 2], ["\ud83d", 1], ["\ude00\ud83d", 2]])(
  "codePoints of %j is %i",
  (text, count) => {
    expect(codePoints(text)).toBe(count);
  },
);

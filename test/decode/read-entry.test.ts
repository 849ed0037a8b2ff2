import { expect, test } from "vitest";
import { parseEntry, readEntry } from "../../src/decode/read-entry.ts";

const shape = { key: "agents", type: "map", indent: 2 } as const;

test.each([
  ["an alias, whose nodes count for the whole file", "  a:\n    x: &x 1\n    y: *x\n"],
  ["an alias to elsewhere", "  a:\n    <<: *x\n"],
  ["a quote that is not closed", '  a:\n    x: "b\n'],
  ["a second entry", "  a: 1\n  b: 2\n"],
  ["something around the agents", "  a: 1\nb: 2\n"],
  ["another indentation", "   a: 1\n"],
  ["NUL", "  a: \0\n"],
  ["a warning", "  a: !unknown 1\n"],
])("an entry is not read by itself with %s", (_, text) => {
  expect(readEntry(text, shape)).toBeUndefined();
});

test("an asterisk in prose is no alias", () => {
  expect(parseEntry("  a:\n    x: so **very** good * 2\n", shape)?.value)
    .toEqual({ x: "so **very** good * 2" });
});

test.each([
  ["recognised", "  a:\n    b:\n      c: 1\n"],
  ["parsed", "  a:\n    b: { c: 1 }\n"],
])("the places in an entry that is %s count from its start", (_, text) => {
  const entry = readEntry(text, shape);
  expect(entry?.offset).toBe(2);
  expect(entry?.offsetOf(["agents", "a", "b", "c"])).toBe(text.indexOf("1"));
  expect(entry?.value).toEqual({ b: { c: 1 } });
});

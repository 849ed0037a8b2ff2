import { expect, test } from "vitest";
import { printable, printableJson } from "../../src/text/printable.ts";

test.each([
  ["a: 計画 👍 é", "a: 計画 👍 é"],
  ["\ta\tb", "\ta\tb"],
  ["\u001b[2J", "\ufffd[2J"],
  ["a\0b\r\nc", "a\ufffdb\ufffd\ufffdc"],
  ["\x7f\x85\x9b", "\ufffd\ufffd\ufffd"],
  ["\u202aa\u202e\u2066b\u2069", "\ufffda\ufffd\ufffdb\ufffd"],
  ["a\u2028b\u2029", "a\ufffdb\ufffd"],
  ["\ud83d", "\ufffd"],
  ["x\udc4d", "x\ufffd"],
])("printable of %j is %j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test.each([undefined, 2])(
  "printableJson is safe to print, and exact, with a space of %j",
  (space) => {
    const name = "a\u001b[2J\u009b\u202e\u2028\ud83d\nb\t計画 👍";
    const value = { [name]: [name, 1, null], b: {} };
    const text = printableJson(value, space);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.split("\n").map(printable).join("\n")).toBe(text);
    expect(text).toContain("計画 👍");
    expect(text.split("\n")).toHaveLength(JSON.stringify(value, null, space).split("\n").length);
  },
);

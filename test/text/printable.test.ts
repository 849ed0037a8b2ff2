import { expect, test } from "vitest";
import { printable } from "../../src/text/printable.ts";

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

import { expect, test } from "vitest";
import { quote } from "../../src/text/quote.ts";

test.each([
  ["a", '"a"'],
  ['say "a"\n', '"say \\"a\\"\\n"'],
  ["x".repeat(60), `"${"x".repeat(60)}"`],
  ["x".repeat(61), `"${"x".repeat(60)}…"`],
])("quote of %j is %s", (text, expected) => {
  expect(quote(text)).toBe(expected);
});

import { expect, test } from "vitest";
import { displayWidth } from "../../src/text/display-width.ts";

test.each([
  ["", 0],
  ["abc", 3],
  ["é", 1],
  ["e\u0301", 1],
  ["計画", 4],
  ["한글", 4],
  ["ｶﾅ", 2],
  ["ＡＢ", 4],
  ["カナ、。", 8],
  ["👍🚀", 4],
  ["a\u200bb", 2],
  ["…", 1],
])("displayWidth of %j is %i", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

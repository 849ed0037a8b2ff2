import { expect, test } from "vitest";
import { wrapWords } from "../../src/text/wrap-words.ts";

test.each([
  ["one two three", 7, ["one two", "three"]],
  ["one two three", 13, ["one two three"]],
  ["one two three", Infinity, ["one two three"]],
  ["unbreakable so", 4, ["unbreakable", "so"]],
  ["倉庫 案内", 8, ["倉庫", "案内"]],
  ["倉庫 案内", 9, ["倉庫 案内"]],
  ["", 4, [""]],
])("wrapWords(%j, %d) breaks between words only", (text, width, lines) => {
  expect(wrapWords(text, width)).toEqual(lines);
});

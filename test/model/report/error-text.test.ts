import { expect, test } from "vitest";
import { errorText } from "../../../src/model/report/error-text.ts";
import { oddErrors } from "../../odd-errors.ts";

test.each<[string, unknown, string]>([
  ["an error by its message", new Error("connection lost"), "connection lost"],
  ["an error without a message by its name", new TypeError(""), "TypeError"],
  ["text as it is", "out of order", "out of order"],
  ["a number", 42, "42"],
  ["nothing", undefined, "undefined"],
  ["a symbol", Symbol("why"), "Symbol(why)"],
  ["what only looks like an error by its message", { message: "503" }, "503"],
  ["several lines as one", new Error("first\n   second\r\nthird"), "first second third"],
])("errorText gives %s", (_, thrown, text) => {
  expect(errorText(thrown)).toBe(text);
});

test.each(Object.entries(oddErrors))("errorText has words for %s", (_, make) => {
  expect(errorText(make())).toMatch(/^(an error without a message|Error: 5|Error)$/);
});

test("errorText cuts what is too long to be read", () => {
  const text = errorText(new Error("x".repeat(1_000_000)));
  expect(text).toHaveLength(1_001);
  expect(text).toMatch(/…$/);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { unshareStrings } from "../../../src/model/value/unshare-strings.ts";

test("a unshareStrings value is the same value, and shares no map or list with it", () => {
  const scalar = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
  const { data } = fc.letrec((tie) => ({
    data: fc.oneof(
      scalar,
      fc.array(tie("data"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("data"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(fc.property(data, (value) => {
    const copy = unshareStrings(value);
    expect(copy).toEqual(value);
    if (typeof value === "object" && value !== null) expect(copy).not.toBe(value);
  }));
});

test("what stands in two places stands in two places of the copy, once", () => {
  const inner = { text: "the same in both places" };
  const copy = unshareStrings({ a: inner, b: [inner] });
  expect(copy.b[0]).toBe(copy.a);
  expect(copy.a).not.toBe(inner);
});

test("a key named __proto__ is a key like any other", () => {
  const copy = unshareStrings(JSON.parse('{"__proto__": {"x": 1}}'));
  expect(Object.keys(copy)).toEqual(["__proto__"]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { unshareStrings } from "../../../src/model/value/unshare-strings.ts";

test("a value with its own strings says the same, in the same maps and lists", () => {
  const scalar = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
  const { data } = fc.letrec((tie) => ({
    data: fc.oneof(
      scalar,
      fc.array(tie("data"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("data"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(fc.property(data, (value) => {
    const before = structuredClone(value);
    const own = unshareStrings(value);
    expect(own).toEqual(before);
    if (typeof value === "object" && value !== null) expect(own).toBe(value);
  }));
});

test("a key named __proto__ is a key like any other", () => {
  const text = '{"__proto__":"more than eight characters","a":[{"__proto__":{"x":"and these"}}]}';
  expect(JSON.stringify(unshareStrings(JSON.parse(text)))).toBe(text);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameValue } from "../../../src/model/value/same-value.ts";

/** Writes a value so that equal values, and no others, give equal text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) {
    return Object.is(value, -0)
      ? "-0"
      : typeof value === "string"
      ? JSON.stringify(value)
      : `${value}`;
  }
  const pairs = Object.entries(value).map(([key, one]) =>
    `${JSON.stringify(key)}:${canonical(one)}`
  );
  return `{${pairs.toSorted().join()}}`;
}

/** The same value with its keys in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).toReversed().map(([key, one]) => [key, reversed(one)]),
  );
}

const key = fc.constantFrom("a", "b", "__proto__", "constructor", "0");
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -0, 1, NaN, "", "a", "0"),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("json")), { maxLength: 3 }).map((pairs) =>
      Object.fromEntries(pairs)
    ),
  ),
}));

describe("sameValue", () => {
  test("agrees with comparing canonical texts", () => {
    fc.assert(fc.property(json, json, (a, b) => {
      expect(sameValue(a, b)).toBe(canonical(a) === canonical(b));
    }));
  });

  test("does not care about copies and the order of keys", () => {
    fc.assert(fc.property(json, (value) => {
      expect(sameValue(value, structuredClone(value))).toBe(true);
      expect(sameValue(value, reversed(value))).toBe(true);
    }));
  });

  test.each<[unknown, unknown, boolean]>([
    [JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}'), true],
    [JSON.parse('{"__proto__": 1}'), {}, false],
    [JSON.parse('{"__proto__": {}}'), { x: 1 }, false],
    [{ toString: undefined }, { x: undefined }, false],
    [{ a: undefined }, {}, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{ 0: "a" }, ["a"], false],
    [null, {}, false],
    [new Date(5), new Date(5), true],
    [new Date(5), new Date(6), false],
    [new Date(5), {}, false],
    [new Date(NaN), new Date(NaN), true],
    [new Date(NaN), new Date(5), false],
  ])("of %j and %j", (a, b, same) => {
    expect(sameValue(a, b)).toBe(same);
    expect(sameValue(b, a)).toBe(same);
  });
});

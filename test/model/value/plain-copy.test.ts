import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainCopy } from "../../../src/model/value/plain-copy.ts";
import { sameValue } from "../../../src/model/value/same-value.ts";

const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, undefined, true, 0, -0, NaN, 5n, "", "a"),
    fc.date({ noInvalidDate: false }),
    fc.array(tie("data"), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom("a", "b", "__proto__", "0"), tie("data")), { maxLength: 3 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
}));

function objectsIn(value: unknown): readonly object[] {
  if (typeof value !== "object" || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

describe("plainCopy", () => {
  test("gives the same value, and shares nothing with the original", () => {
    fc.assert(fc.property(data, (value) => {
      const { copy, foreign } = plainCopy(value);
      expect(foreign).toEqual([]);
      expect(sameValue(copy, value)).toBe(true);
      const originals = new Set(objectsIn(value));
      expect(objectsIn(copy).some((object) => originals.has(object))).toBe(false);
    }));
  });

  test("takes maps without a prototype, and what stands in two places", () => {
    const twice = { x: 1 };
    const value = Object.assign(Object.create(null), { a: twice, b: [twice] });
    expect(plainCopy(value)).toEqual({
      copy: { a: { x: 1 }, b: [{ x: 1 }] },
      hasDates: false,
      foreign: [],
    });
  });

  test("tells all that is no plain data, and where", () => {
    const [map, url] = [new Map(), new URL("https://example.org")];
    const cycle: { list: unknown[] } = { list: [] };
    cycle.list.push(cycle);
    const { foreign } = plainCopy({
      a: [0, map],
      b: { c: url },
      cycle,
      d: test,
      e: Symbol.iterator,
    });
    expect(foreign).toEqual([
      { tokens: ["a", "1"], value: map, isCycle: false },
      { tokens: ["b", "c"], value: url, isCycle: false },
      { tokens: ["cycle", "list", "0"], value: cycle, isCycle: true },
      { tokens: ["d"], value: test, isCycle: false },
      { tokens: ["e"], value: Symbol.iterator, isCycle: false },
    ]);
    expect(plainCopy(map).foreign).toEqual([{ tokens: [], value: map, isCycle: false }]);
  });

  test("gives everybody a Date of their own, in maps and in lists", () => {
    const day = new Date("2026-01-31T12:00:00Z");
    const value = { since: day, list: [0, day], never: new Date(NaN) };
    const { copy, hasDates } = plainCopy(value) as { copy: typeof value; hasDates: boolean };
    expect(hasDates).toBe(true);
    for (const date of [copy.since, copy.list[1]]) Date.prototype.setTime.call(date, 0);
    day.setTime(5);
    const expected = new Date("2026-01-31T12:00:00Z");
    expect(copy).toEqual({ since: expected, list: [0, expected], never: new Date(NaN) });
    expect(structuredClone(copy)).toEqual(copy);
    expect(JSON.stringify(copy)).toBe(
      `{"since":"2026-01-31T12:00:00.000Z","list":[0,"2026-01-31T12:00:00.000Z"],"never":null}`,
    );
  });
});

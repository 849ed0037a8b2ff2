import assert from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";
import equal from "fast-deep-equal";
import equalEs6 from "fast-deep-equal/es6/index.js";
import { describe, expect, test } from "vitest";
import { mapView } from "../../../src/model/snapshot/map-view.ts";

type Entries = readonly (readonly [string, unknown])[];
type Compare = (a: unknown, b: unknown) => boolean;

const entries: Entries = [["b", { id: "b", tags: ["x"] }], ["a", { id: "a" }], ["__proto__", 3]];
const others: Readonly<Record<string, Entries>> = {
  "another field": [["b", { id: "b", tags: ["y"] }], ...entries.slice(1)],
  "another key": [["c", { id: "b", tags: ["x"] }], ...entries.slice(1)],
  "an entry less": entries.slice(1),
  "nothing": [],
};
const copy = () => mapView(new Map(structuredClone(entries as unknown as [string, unknown][])));

/** Whether a comparison that throws does not. */
const passes = (compare: () => void): boolean => {
  try {
    compare();
    return true;
  } catch {
    return false;
  }
};

const { Bun } = globalThis as {
  Bun?: { deepEquals(a: unknown, b: unknown, strict?: boolean): boolean };
};

const comparisons: Readonly<Record<string, Compare>> = {
  "assert.deepEqual": (a, b) => passes(() => assert.deepEqual(a, b)),
  "assert.deepStrictEqual": (a, b) => passes(() => assert.deepStrictEqual(a, b)),
  "util.isDeepStrictEqual": isDeepStrictEqual,
  "vitest's toEqual": (a, b) => passes(() => expect(a).toEqual(b)),
  "vitest's toStrictEqual": (a, b) => passes(() => expect(a).toStrictEqual(b)),
  "chai's deep.equal": (a, b) => passes(() => expect(a).to.deep.equal(b)),
  "fast-deep-equal/es6": equalEs6,
  // What toEqual and toStrictEqual of bun:test do.
  ...Bun && {
    "Bun.deepEquals": (a: unknown, b: unknown) => Bun.deepEquals(a, b),
    "Bun.deepEquals, strict": (a: unknown, b: unknown) => Bun.deepEquals(a, b, true),
  },
};

describe.each(Object.entries(comparisons))("%s", (_, compare) => {
  test("finds views of equal content equal, and equal to a Map of it", () => {
    expect(compare(copy(), copy())).toBe(true);
    expect(compare(copy(), new Map(entries))).toBe(true);
    expect(compare(new Map(entries), copy())).toBe(true);
  });

  test.each(Object.entries(others))("tells views apart that differ in %s", (_, other) => {
    const view = mapView(new Map(other));
    expect(compare(copy(), view)).toBe(false);
    expect(compare(view, copy())).toBe(false);
    expect(compare(copy(), new Map(other))).toBe(false);
    expect(compare(new Map(other), copy())).toBe(false);
  });
});

describe("fast-deep-equal, which finds any two Maps equal,", () => {
  test("finds views equal only if their content is", () => {
    expect(equal(new Map(entries), new Map())).toBe(true);
    expect(equal(copy(), copy())).toBe(true);
    for (const other of Object.values(others)) {
      expect(equal(copy(), mapView(new Map(other)))).toBe(false);
      expect(equal(copy(), new Map(other))).toBe(false);
    }
  });

  test.each<[unknown, unknown]>([
    [null, "null"],
    [null, undefined],
    [1, "1"],
    [0, -0],
    [NaN, null],
    [5n, 5],
    [[1, 2], ["1,2"]],
    [{ a: undefined }, {}],
    [{ a: "1,b:2" }, { a: 1, b: 2 }],
    [new Date(5), new Date(6)],
  ])("tells %o from %o", (a, b) => {
    expect(equal(mapView(new Map([["x", a]])), mapView(new Map([["x", b]])))).toBe(false);
  });

  test("does not mind the order of fields", () => {
    const [ab, ba] = [{ a: 1, b: [2] }, { b: [2], a: 1 }];
    expect(equal(mapView(new Map([["x", ab]])), mapView(new Map([["x", ba]])))).toBe(true);
  });
});

describe("a map view", () => {
  const view = copy();
  const writable = view as Map<string, unknown>;

  test("reads like the Map of the same entries", () => {
    const oracle = new Map(entries);
    expect(view).toBeInstanceOf(Map);
    expect(view.size).toBe(oracle.size);
    expect([...view]).toEqual([...oracle]);
    expect([...view.keys()]).toEqual([...oracle.keys()]);
    expect([...view.values()]).toEqual([...oracle.values()]);
    expect([...view.entries()]).toEqual([...oracle.entries()]);
    for (const key of ["a", "b", "c", "__proto__", "toString"]) {
      expect([view.get(key), view.has(key)]).toEqual([oracle.get(key), oracle.has(key)]);
    }
  });

  test("passes value, key, itself and thisArg to forEach", () => {
    const calls: unknown[] = [];
    const self = {};
    view.forEach(function (this: unknown, ...args) {
      calls.push([this, ...args]);
    }, self);
    expect(calls).toEqual([...view].map(([key, value]) => [self, value, key, view]));
  });

  test("refuses to be changed, and says what to do", () => {
    const changes = [
      () => writable.set("x", 1),
      () => writable.delete("a"),
      () => writable.clear(),
      () => Object.assign(writable, { get: () => 5 }),
    ];
    for (const change of changes) expect(change).toThrow(TypeError);
    expect(() => writable.clear()).toThrow("copy it first, by new Map(map)");
    const changed = new Map(view).set("x", 1);
    expect([changed.size, view.size]).toEqual([4, 3]);
  });

  test("gives everybody what it gave before, whatever the methods of Map do to it", () => {
    const view = copy();
    Map.prototype.set.call(view, "x", 1);
    Map.prototype.set.call(view, "a", 1);
    Map.prototype.delete.call(view, "b");
    expect([...view]).toEqual(entries);
    expect([view.size, view.has("x"), view.get("a")]).toEqual([3, false, { id: "a" }]);
  });

  test("is cloned with what it holds", () => {
    expect(structuredClone({ view }).view).toStrictEqual(new Map(entries));
  });

  test("shows what it holds to console.log and JSON", () => {
    expect(inspect(view)).toBe(inspect(new Map(entries)));
    expect(JSON.parse(JSON.stringify(view))).toEqual(Object.fromEntries(entries));
    expect(Object.keys(view)).toEqual([]);
  });
});

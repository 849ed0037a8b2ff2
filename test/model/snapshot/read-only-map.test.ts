import { expect, test } from "vitest";
import { ReadOnlyMap } from "../../../src/model/snapshot/read-only-map.ts";

const entries: readonly (readonly [string, number])[] = [["b", 1], ["a", 2], ["__proto__", 3]];
const map = new ReadOnlyMap(entries);

test("ReadOnlyMap reads like the Map of the same entries", () => {
  const oracle = new Map(entries);
  expect(map.size).toBe(oracle.size);
  expect([...map]).toEqual([...oracle]);
  expect([...map.keys()]).toEqual([...oracle.keys()]);
  expect([...map.values()]).toEqual([...oracle.values()]);
  expect([...map.entries()]).toEqual([...oracle.entries()]);
  expect(new Map(map)).toEqual(oracle);
  for (const key of ["a", "b", "c", "__proto__", "toString"]) {
    expect([map.get(key), map.has(key)]).toEqual([oracle.get(key), oracle.has(key)]);
  }
  expect(new ReadOnlyMap().size).toBe(0);
});

test("forEach passes value, key, the map itself and thisArg", () => {
  const calls: unknown[] = [];
  const self = {};
  map.forEach(function (this: unknown, ...args) {
    calls.push([this, ...args]);
  }, self);
  expect(calls).toEqual(entries.map(([key, value]) => [self, value, key, map]));
});

test("ReadOnlyMap cannot be written, not even with the methods of Map", () => {
  for (const method of ["set", "delete", "clear"]) expect(method in map).toBe(false);
  expect(() => Map.prototype.set.call(map, "x", 1)).toThrow(TypeError);
  expect(() => Map.prototype.clear.call(map)).toThrow(TypeError);
  expect(() => Object.assign(map, { get: () => 5 })).toThrow(TypeError);
  expect(map.size).toBe(3);
});

test("a lazy ReadOnlyMap is made once, when it is first asked", () => {
  let made = 0;
  const lazy = ReadOnlyMap.lazy(() => {
    made++;
    return new Map(entries);
  });
  expect(made).toBe(0);
  expect([lazy.size, lazy.get("a"), lazy.view.get("b")]).toEqual([3, 2, 1]);
  expect(made).toBe(1);
});

test("the view of a ReadOnlyMap is one Map as long as somebody holds it", () => {
  const { view } = map;
  expect(map.view).toBe(view);
  expect(new ReadOnlyMap(entries).view).not.toBe(view);
  expect(view).toStrictEqual(new Map(entries));
});

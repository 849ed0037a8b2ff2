import fc from "fast-check";
import { expect, test } from "vitest";
import { SharedMap } from "../../../src/model/snapshot/shared-map.ts";

test("a shared map holds what a Map holds, whatever it shares with the one before", () => {
  const key = fc.integer({ min: 0, max: 300 }).map((number) => `key ${number}`);
  const entries = fc.array(fc.tuple(key, fc.integer({ min: 0, max: 3 })), { maxLength: 200 });
  fc.assert(
    fc.property(fc.array(entries, { minLength: 1, maxLength: 4 }), fc.boolean(), (all, alike) => {
      let before: SharedMap<string, number> | undefined;
      let expected = new Map<string, number>();
      for (const next of all) {
        // As often as not the keys stay, and a few values are others.
        const map = alike && before !== undefined
          ? new Map([...expected, ...next.filter(([key]) => expected.has(key))])
          : new Map(next);
        const shared: SharedMap<string, number> = new SharedMap(map, before);
        expect([...shared]).toEqual([...map]);
        expect([[...shared.keys()], [...shared.values()]])
          .toEqual([[...map.keys()], [...map.values()]]);
        expect(shared.size).toBe(map.size);
        const seen: unknown[] = [];
        shared.forEach((value, key, whole) => seen.push([key, value, whole === shared]));
        expect(seen).toEqual([...map].map(([key, value]) => [key, value, true]));
        for (const key of [...map.keys(), ...expected.keys(), "other"]) {
          expect([shared.get(key), shared.has(key)]).toEqual([map.get(key), map.has(key)]);
        }
        if (before !== undefined) expect([...before]).toEqual([...expected]);
        [before, expected] = [shared, map];
      }
    }),
  );
});

test("a shared map takes the older value where that will do", () => {
  const older = { line: 1 };
  const before = new SharedMap(new Map([["a", older], ["b", { line: 2 }]]));
  const next = new Map([["b", { line: 3 }], ["a", { line: 1 }]]);
  const shared = new SharedMap(next, before, (a, b) => a.line === b.line);
  expect(shared.get("a")).toBe(older);
  expect(shared.get("b")).toBe(next.get("b"));
});

import { describe, expect, test } from "vitest";
import { changesBetween, isEmpty } from "../../../src/model/report/changes.ts";
import { diffSnapshots } from "../../../src/model/snapshot/diff-snapshots.ts";
import { makeSnapshot } from "../snapshot/make-snapshot.ts";

describe("changesBetween", () => {
  test("tells what was added, updated and removed, by reference", () => {
    const kept = { v: 1 };
    const before = new Map<string, object>([["kept", kept], ["gone", {}], ["new value", { v: 1 }]]);
    const after = new Map<string, object>([["new", {}], ["new value", { v: 1 }], ["kept", kept]]);
    const changes = changesBetween(before, after);
    expect(changes).toEqual({ added: ["new"], updated: ["new value"], removed: ["gone"] });
    expect([changes, ...Object.values(changes)].every(Object.isFrozen)).toBe(true);
    expect(isEmpty(changes)).toBe(false);
  });

  test("is empty for the same agents in another order", () => {
    const [a, b] = [{}, {}];
    const changes = changesBetween(new Map([["a", a], ["b", b]]), new Map([["b", b], ["a", a]]));
    expect(isEmpty(changes)).toBe(true);
  });
});

describe("diffSnapshots", () => {
  test("tells for each updated agent which fields changed, and how", () => {
    const same = { id: "same", x: 1 };
    const before = makeSnapshot([same, { id: "a", x: 1, y: [1], z: 1 }, { id: "gone" }]);
    const after = makeSnapshot([{ id: "a", w: 0, x: 2, y: [1] }, same, { id: "new" }]);
    const diff = diffSnapshots(before, after);
    expect(diff).toMatchObject({ added: ["new"], updated: ["a"], removed: ["gone"] });
    expect([...diff.fields]).toEqual([["a", [
      { field: "w", before: undefined, after: 0 },
      { field: "x", before: 1, after: 2 },
      { field: "z", before: 1, after: undefined },
    ]]]);
  });

  test("does not count equal agents of unrelated snapshots", () => {
    const diff = diffSnapshots(
      makeSnapshot([{ id: "a", x: [1] }]),
      makeSnapshot([{ x: [1], id: "a" }]),
    );
    expect([diff.added, diff.updated, diff.removed, [...diff.fields]]).toEqual([[], [], [], []]);
  });

  test("takes a field named like one of Object.prototype for a field", () => {
    const diff = diffSnapshots(
      makeSnapshot([{ id: "a" }]),
      makeSnapshot([{ id: "a", toString: 1 }]),
    );
    expect(diff.fields.get("a")).toEqual([{ field: "toString", before: undefined, after: 1 }]);
  });
});

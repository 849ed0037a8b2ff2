import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EntryList } from "../../src/decode/entry-list.ts";
import { IdIndex } from "../../src/decode/id-index.ts";
import { runToCompletion } from "../../src/model/run-to-completion.ts";

interface Item {
  readonly id: string;
  readonly bytes: number;
  readonly lines: number;
  readonly problems: number;
  readonly aliased: number;
}

const item: fc.Arbitrary<Item> = fc.record({
  id: fc.stringMatching(/^[a-z]{1,3}$/),
  bytes: fc.integer({ min: 1, max: 30 }),
  lines: fc.nat(3),
  problems: fc.constantFrom(0, 0, 0, 0, 1),
  aliased: fc.nat(2),
});
const items = fc.array(item, { maxLength: 300, size: "max" });
const splices = fc.array(fc.tuple(fc.nat(), fc.nat(80), fc.array(item, { maxLength: 80 })), {
  maxLength: 12,
});

function sum(all: readonly Item[], field: "bytes" | "lines" | "problems" | "aliased"): number {
  return all.reduce((total, one) => total + one[field], 0);
}

describe("EntryList", () => {
  test("holds what an array would hold after the same splices", () => {
    fc.assert(fc.property(items, splices, fc.nat(), (first, changes, offset) => {
      let array: readonly Item[] = first;
      let list = EntryList.of(first);
      const older: [readonly Item[], EntryList<Item>][] = [];
      for (const [at, count, added] of changes) {
        const from = at % (array.length + 1);
        const to = Math.min(array.length, from + count);
        older.push([array, list]);
        array = array.toSpliced(from, to - from, ...added);
        list = list.splice(from, to, added);
        expect([...list.slice(from, to)]).toEqual(array.slice(from, to));
      }
      for (const [before, kept] of [...older, [array, list] as const]) {
        expect([...kept.slice()]).toEqual(before);
        expect([kept.length, kept.bytes]).toEqual([before.length, sum(before, "bytes")]);
        expect([kept.problems, kept.aliased])
          .toEqual([sum(before, "problems"), sum(before, "aliased")]);
      }
      const expected = array.flatMap((one, at) => {
        const above = array.slice(0, at);
        return one.problems > 0 ? [[one, sum(above, "bytes"), sum(above, "lines"), at]] : [];
      });
      expect([...list.withProblems()]).toEqual(expected);

      const wanted = offset % (list.bytes + 2);
      const { index, start } = list.placeAt(wanted);
      expect(start).toBe(sum(array.slice(0, index), "bytes"));
      if (wanted < list.bytes) {
        expect(start <= wanted && wanted < start + array[index]!.bytes).toBe(true);
      } else expect(index).toBe(Math.max(0, array.length - 1));
    }));
  });

  test("maps with offsets, and shares what does not change", () => {
    fc.assert(fc.property(items, (all) => {
      const list = EntryList.of(all);
      const starts: number[] = [];
      const same = runToCompletion(list.mapping((one, start) => (starts.push(start), one)));
      expect(starts).toEqual(all.map((_, at) => sum(all.slice(0, at), "bytes")));
      expect([...same.slice()]).toEqual(all);
      expect(
        [...runToCompletion(list.mapping((one) => ({ ...one, lines: 9 }))).slice()].every((
          { lines },
        ) => lines === 9),
      )
        .toBe(true);
    }));
  });
});

describe("IdIndex", () => {
  test("finds what a Map would find after the same changes", () => {
    const change = fc.tuple(fc.stringMatching(/^[a-z]{1,2}$/), fc.boolean());
    fc.assert(fc.property(items, fc.array(fc.array(change)), (first, batches) => {
      const map = new Map(first.map((one) => [one.id, one]));
      let index = IdIndex.of(map.values(), map.size);
      for (const batch of batches) {
        const before = index;
        const sizeBefore = map.size;
        const changes = batch.map(([id, there]) =>
          [id, there ? { id, bytes: 1, lines: 1, problems: 0, aliased: 0 } : undefined] as const
        );
        for (const [id, entry] of changes) {
          entry === undefined ? map.delete(id) : map.set(id, entry);
        }
        index = index.with(changes);
        expect(index.size).toBe(map.size);
        expect(before.size).toBe(sizeBefore);
        for (const [id] of changes) expect(index.get(id)).toBe(map.get(id));
      }
      for (const id of map.keys()) expect(index.get(id)).toBe(map.get(id));
    }));
  });

  test("finds its way after it has grown a lot", () => {
    const ids = Array.from({ length: 5_000 }, (_, at) => `agent_${at}`);
    const index = ids.reduce(
      (all, id) => all.with([[id, { id }]]),
      IdIndex.of<{ id: string }>([], 0),
    );
    expect(index.size).toBe(ids.length);
    expect(ids.every((id) => index.get(id)?.id === id)).toBe(true);
    expect(index.has("agent_5000")).toBe(false);
  });
});

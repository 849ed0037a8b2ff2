import fc from "fast-check";
import { expect, test } from "vitest";
import type { Segment } from "../../src/decode/segments/segment.ts";
import { SegmentCursor } from "../../src/decode/segments/segment-cursor.ts";
import { SegmentList } from "../../src/decode/segments/segment-list.ts";

function segmentOf(bytes: number): Segment<object> {
  return {
    id: undefined,
    key: undefined,
    agent: undefined,
    findings: [],
    names: [],
    bytes,
    lines: bytes % 3,
    offset: 0,
    line: 0,
    column: 1,
    tail: 0,
    isLinked: bytes === 7,
  };
}

const segments = fc.array(fc.integer({ min: 1, max: 9 }).map(segmentOf), {
  maxLength: 400,
  size: "max",
});
/** How many segments stay, how many after them go, and what comes in their place. */
const edits = fc.array(fc.tuple(fc.nat(200), fc.nat(200), segments), { maxLength: 4 });

test("a list with others in some places is that of the same segments in a row", () => {
  fc.assert(
    fc.property(segments, fc.array(edits, { maxLength: 4 }), (first, rounds) => {
      let [expected, list] = [first, SegmentList.of(first)];
      for (const round of rounds) {
        const replacements = [];
        let [from, next]: [number, Segment<object>[]] = [0, []];
        for (const [stay, go, added] of round) {
          const start = Math.min(from + stay, expected.length);
          const removed = expected.slice(start, start + go);
          replacements.push({ from: start, removed, added });
          next = [...next, ...expected.slice(from, start), ...added];
          from = start + removed.length;
        }
        expected = [...next, ...expected.slice(from)];
        list = list.with(replacements);
        const found = [...list];
        expect(found.length).toBe(expected.length);
        expect(found.every((segment, at) => segment === expected[at])).toBe(true);
        expect(list.length).toBe(expected.length);
        expect(list.bytes).toBe(expected.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(list.lines).toBe(expected.reduce((sum, { lines }) => sum + lines, 0));
        expect(list.isLinked).toBe(expected.some(({ isLinked }) => isLinked));
      }
    }),
  );
});

test("a cursor passes the segments that end before an offset, and goes back by one", () => {
  fc.assert(
    fc.property(segments, fc.nat(2_500), fc.nat(2_500), (all, ...offsets) => {
      const cursor = new SegmentCursor(SegmentList.of(all), 10);
      for (const offset of offsets.toSorted((a, b) => a - b)) {
        cursor.skipTo(10 + offset);
        let [index, start] = [0, 10];
        while (index < all.length && start + all[index]!.bytes <= 10 + offset) {
          start += all[index++]!.bytes;
        }
        expect([cursor.index, cursor.start]).toEqual([index, start]);
        expect(cursor.segment).toBe(all[index]);
      }
      const { index, start } = cursor;
      cursor.back();
      expect(cursor.segment).toBe(all[Math.max(0, index - 1)]);
      if (index === 0) return;
      cursor.next();
      expect([cursor.index, cursor.start]).toEqual([index, start]);
    }),
  );
});

test("an edit of a few segments shares all the others", () => {
  const all = Array.from({ length: 10_000 }, () => segmentOf(2));
  const list = SegmentList.of(all);
  const added = [segmentOf(7)];
  const next = list.with([{ from: 5_000, removed: all.slice(5_000, 5_001), added }]);
  const fresh = next.chunks.filter((chunk) => !list.chunks.includes(chunk));
  expect(fresh.length).toBe(1);
});

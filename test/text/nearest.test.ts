import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearestTo } from "../../src/text/nearest.ts";
import { times } from "../times.ts";

describe("nearestTo", () => {
  const words = ["planner", "planer", "Planners", "critic", "x", "memory-agent"];
  test.each([
    ["planner", ["planner", "planer", "Planners"]],
    ["PLANNER", ["planner", "planer", "Planners"]],
    ["critics", ["critic"]],
    ["memory_agent", ["memory-agent"]],
    ["zebra", []],
    ["", []],
    ["y", []],
    ["p".repeat(200), []],
  ])("%j", (word, near) => {
    expect(nearestTo(word, words)).toEqual(near);
  });

  test("gives three at most", () => {
    expect(nearestTo("agent-1", ["agent-2", "agent-3", "agent-4", "agent-5"])).toHaveLength(3);
  });

  test("does not compare long words, which would take minutes", () => {
    const long = ["a".repeat(1e6), "b".repeat(1e6)];
    expect(nearestTo(long[0]!, long)).toEqual([]);
  });

  const text = fc.string({ unit: fc.constantFrom("a", "b", "B", "-", "İ"), maxLength: 12 });

  test("gives what the distance of Levenshtein sorts first", () => {
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 12 }), (word, candidates) => {
        const lowerCase = word.toLowerCase();
        const limit = Math.max(1, Math.floor(lowerCase.length / 3));
        const near = candidates
          .map((candidate) => [candidate, levenshtein(lowerCase, candidate.toLowerCase())] as const)
          .filter(([, distance]) => distance <= limit && distance < lowerCase.length)
          .toSorted(([, a], [, b]) => a - b);
        expect(nearestTo(word, candidates)).toEqual(near.slice(0, 3).map(([one]) => one));
      }),
      { numRuns: times(1_000) },
    );
  });
});

/** As it is defined: a whole matrix, without a limit. */
function levenshtein(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  rows[0] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i]![j] = Math.min(replaced, rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1);
    }
  }
  return rows[a.length]![b.length]!;
}

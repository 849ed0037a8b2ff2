import { expect, test } from "vitest";
import { nextPollMs } from "../../../src/source/watch/next-poll-ms.ts";

test.each([
  [
    "as often as asked for, where it costs little",
    { pollMs: 2_000, tookMs: 4, isProven: true },
    2_000,
  ],
  ["within .3 % of a core", { pollMs: 2_000, tookMs: 60, isProven: true }, 30_000],
  ["after thirty times as long at most", { pollMs: 200, tookMs: 60, isProven: false }, 6_000],
  ["within the budget before that", { pollMs: 2_000, tookMs: 30, isProven: false }, 15_000],
])("a poll comes %s", (_when, facts, restMs) => {
  expect(nextPollMs(facts)).toBeCloseTo(restMs);
});

import { expect, test } from "vitest";
import { nextPollMs } from "../../../src/source/watch/next-poll-ms.ts";

test.each([
  ["as often as asked for, where it costs little", { pollMs: 2_000, tookMs: 4 }, 2_000],
  ["within .3 % of a core", { pollMs: 2_000, tookMs: 12 }, 6_000],
  ["after four times as long at most", { pollMs: 200, tookMs: 60 }, 800],
])("a poll comes %s", (_when, facts, restMs) => {
  expect(nextPollMs(facts)).toBeCloseTo(restMs);
});

import { TestScheduler } from "rxjs/testing";
import type { RunHelpers } from "rxjs/internal/testing/TestScheduler";
import { expect } from "vitest";

/** Runs a marble test in virtual time: one frame is one millisecond. */
export function marbles(run: (helpers: RunHelpers, scheduler: TestScheduler) => void): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => run(helpers, scheduler));
}

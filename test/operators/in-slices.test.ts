import { VirtualTimeScheduler } from "rxjs";
import { describe, expect, test } from "vitest";
import { inSlices$ } from "../../src/operators/in-slices.ts";

/** Steps that take a millisecond each, by a clock that only they move. */
function clockwork(count: number) {
  let elapsed = 0;
  let finished = false;
  function* steps() {
    try {
      for (let step = 0; step < count; step++) {
        elapsed++;
        yield;
      }
      return "done";
    } finally {
      finished = elapsed === count;
    }
  }
  return { steps, elapsed: () => elapsed, isFinished: () => finished };
}

describe("inSlices$", () => {
  test("is synchronous when all fits into a slice", () => {
    const { steps, elapsed } = clockwork(5);
    const scheduler = new VirtualTimeScheduler();
    const seen: string[] = [];
    inSlices$(steps, { sliceMs: 10, scheduler, elapsed }).subscribe({
      next: (value) => seen.push(value),
      complete: () => seen.push("complete"),
    });
    expect(seen).toEqual(["done", "complete"]);
  });

  test("lets go of the thread after each slice", () => {
    const { steps, elapsed } = clockwork(25);
    const scheduler = new VirtualTimeScheduler();
    const seen: string[] = [];
    inSlices$(steps, { sliceMs: 10, scheduler, elapsed }).subscribe((value) => seen.push(value));
    expect([elapsed(), seen]).toEqual([10, []]);
    scheduler.flush();
    expect([elapsed(), seen]).toEqual([25, ["done"]]);
  });

  test("drops the rest when it is unsubscribed", () => {
    const { steps, elapsed, isFinished } = clockwork(25);
    const scheduler = new VirtualTimeScheduler();
    inSlices$(steps, { sliceMs: 10, scheduler, elapsed }).subscribe().unsubscribe();
    scheduler.flush();
    expect([elapsed(), isFinished()]).toEqual([10, false]);
  });

  test("passes on what a step throws", () => {
    const scheduler = new VirtualTimeScheduler();
    const errors: unknown[] = [];
    const failing = function* (): Generator<undefined, string, undefined> {
      yield;
      throw new Error("no");
    };
    inSlices$(failing, { sliceMs: 0, scheduler, elapsed: () => 0 })
      .subscribe({ error: (error) => errors.push(error) });
    scheduler.flush();
    expect(errors).toEqual([new Error("no")]);
  });
});

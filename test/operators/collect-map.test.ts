import { finalize, map, NEVER, of, Subject } from "rxjs";
import { describe, expect, test } from "vitest";
import { collectMap } from "../../src/operators/collect-map.ts";
import { marbles } from "../marbles.ts";

describe("collectMap", () => {
  test("gives all that came while one inner ran to the next", () => {
    marbles(({ cold, hot, expectObservable }) => {
      const source = hot("  a--b-c-------d-----");
      const inner = "       ----x|";
      const expected = "    ----x----y-------z-";
      const result = source.pipe(
        collectMap((batch) => cold(inner).pipe(map(() => batch.join("")))),
      );
      expectObservable(result).toBe(expected, { x: "a", y: "bc", z: "d" });
    });
  });

  test("runs once more, and only once, for many values during a slow inner", () => {
    const runs: number[] = [];
    const source = new Subject<number>();
    const gate = new Subject<null>();
    source.pipe(collectMap((batch) => {
      runs.push(batch.length);
      return runs.length === 1 ? gate : of(null);
    })).subscribe();
    for (let value = 0; value < 1000; value++) source.next(value);
    expect(runs).toEqual([1]);
    gate.complete();
    expect(runs).toEqual([1, 999]);
  });

  test("completes when the source has and the last inner is done", () => {
    marbles(({ cold, hot, expectObservable }) => {
      const source = hot("  a--b|");
      const expected = "    ----x---(y|)";
      const result = source.pipe(
        collectMap((batch) => cold("----(x|)").pipe(map(() => batch.join("")))),
      );
      expectObservable(result).toBe(expected, { x: "a", y: "b" });
    });
  });

  test("lets a value from within a subscriber wait for its turn", () => {
    const source = new Subject<string>();
    const seen: string[] = [];
    const result = source.pipe(collectMap((batch) => of(...batch)));
    result.subscribe((value) => {
      seen.push(`first ${value}`);
      if (value === "a") source.next("b");
      seen.push(`first ${value} done`);
    });
    source.next("a");
    expect(seen).toEqual(["first a", "first a done", "first b", "first b done"]);
  });

  test("does not nest calls for inner observables that complete at once", () => {
    const source = new Subject<number>();
    let last = 0;
    source.pipe(collectMap((batch) => of(batch[0]!))).subscribe((value) => {
      last = value;
      if (value < 50_000) source.next(value + 1);
    });
    source.next(1);
    expect(last).toBe(50_000);
  });

  test("passes on an error of the inner", () => {
    marbles(({ cold, hot, expectObservable }) => {
      const result = hot("-a---").pipe(collectMap(() => cold("-#")));
      expectObservable(result).toBe("--#");
    });
  });

  test("errors when the project throws, and reports nothing to the host", () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot("-a-b---").pipe(
        collectMap((batch) => {
          if (batch[0] === "b") throw new Error("no inner");
          return of(...batch);
        }),
      );
      expectObservable(source).toBe("-a-#", undefined, new Error("no inner"));
    });
  });

  test("unsubscribes from the inner that runs", () => {
    let torn = 0;
    const source = new Subject<number>();
    const inner = NEVER.pipe(finalize(() => torn++));
    const subscription = source.pipe(collectMap(() => inner)).subscribe();
    source.next(1);
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    expect(torn).toBe(1);
  });
});

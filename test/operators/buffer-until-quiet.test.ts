import { tap } from "rxjs";
import { describe, test } from "vitest";
import { bufferUntilQuiet } from "../../src/operators/buffer-until-quiet.ts";
import { marbles } from "../marbles.ts";

describe("bufferUntilQuiet", () => {
  test("emits all values of a burst once nothing has come for a while", () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot("  -a-b-c---------d----");
      const expected = "    --------x---------y-";
      expectObservable(source.pipe(bufferUntilQuiet({ quietMs: () => 3, maxWaitMs: 100 })))
        .toBe(expected, { x: ["a", "b", "c"], y: ["d"] });
    });
  });

  test("ends a burst that does not end by itself after maxWaitMs", () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot("  abcdefghijkl------");
      const expected = "    -----x-----y------";
      expectObservable(source.pipe(bufferUntilQuiet({ quietMs: () => 3, maxWaitMs: 5 })))
        .toBe(expected, { x: [..."abcdef"], y: [..."ghijkl"] });
    });
  });

  test("asks for the quiet time at every value", () => {
    marbles(({ hot, expectObservable }) => {
      let quietMs = 2;
      const source = hot("  a------b---------");
      const expected = "    --x---------y----";
      const widened = source.pipe(
        bufferUntilQuiet({ quietMs: () => quietMs, maxWaitMs: 100 }),
        tap(() => quietMs = 5),
      );
      expectObservable(widened).toBe(expected, { x: ["a"], y: ["b"] });
    });
  });

  test("emits what is left and completes with the source", () => {
    marbles(({ hot, expectObservable }) => {
      const source = hot("  -a-b|");
      const expected = "    ----(x|)";
      expectObservable(source.pipe(bufferUntilQuiet({ quietMs: () => 3, maxWaitMs: 100 })))
        .toBe(expected, { x: ["a", "b"] });
    });
  });

  test("lets go of the source when it is unsubscribed", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("  -a-b-c---");
      const stop = "        ----!    ";
      expectObservable(source.pipe(bufferUntilQuiet({ quietMs: () => 3, maxWaitMs: 100 })), stop)
        .toBe("-----");
      expectSubscriptions(source.subscriptions).toBe("^---!");
    });
  });
});

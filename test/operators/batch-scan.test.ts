import { concat, EMPTY, map, NEVER, type Observable, of, Subject, throwError } from "rxjs";
import { describe, expect, test } from "vitest";
import { batchScan$ } from "../../src/operators/batch-scan.ts";
import { marbles } from "../marbles.ts";

/** A state is the text of all values so far; `recover` puts the error in place of the batch. */
function textOf(
  input: (state: () => string) => Observable<string>,
  step: (state: string, batch: readonly string[]) => Observable<string>,
): Observable<string> {
  return batchScan$(input, {
    seed: "",
    step$: step,
    recover: (state, error, batch) => `${state}<${error}:${batch.join("")}>`,
  });
}

const append = (state: string, batch: readonly string[]) => of(state + batch.join(""));

describe("batchScan$", () => {
  test("starts each step from the state that the one before has left", () => {
    marbles(({ cold, hot, expectObservable }) => {
      const input = hot("   a--b-c-------d-----");
      const inner = "       ----x|";
      const expected = "    ----x----y-------z-";
      const state$ = textOf(
        () => input,
        (state, batch) => cold(inner).pipe(map(() => `${state}(${batch.join("")})`)),
      );
      expectObservable(state$).toBe(expected, { x: "(a)", y: "(a)(bc)", z: "(a)(bc)(d)" });
    });
  });

  test("takes each state that a step emits, and stays as it is when it emits none", () => {
    const input = new Subject<string>();
    const seen: string[] = [];
    textOf(
      () => input,
      (state, [value]) =>
        value === "-" ? EMPTY : concat(of(`${state}${value}1`), of(`${state}${value}2`)),
    )
      .subscribe((state) => seen.push(state));
    for (const value of ["a", "-", "b"]) input.next(value);
    expect(seen).toEqual(["a1", "a2", "a2b1", "a2b2"]);
  });

  test.each<[string, () => Observable<string>]>([
    ["throws", () => {
      throw "bad";
    }],
    ["errors", () => throwError(() => "bad")],
    ["emits and then errors", () => concat(of("part"), throwError(() => "bad"))],
  ])("loses no value to a step that %s", (name, fail) => {
    const input = new Subject<string>();
    const seen: string[] = [];
    textOf(() => input, (state, batch) => batch.includes("x") ? fail() : append(state, batch))
      .subscribe((state) => seen.push(state));
    for (const value of ["a", "x", "b"]) input.next(value);
    expect(seen.slice(-2)).toEqual(
      name.startsWith("emits") ? ["part<bad:x>", "part<bad:x>b"] : ["a<bad:x>", "a<bad:x>b"],
    );
  });

  test("loses no value that arrived while the step ran that failed", () => {
    const input = new Subject<string>();
    const gate = new Subject<string>();
    const seen: string[] = [];
    textOf(() => input, (state, batch) => batch.includes("x") ? gate : append(state, batch))
      .subscribe((state) => seen.push(state));
    for (const value of ["x", "a", "b"]) input.next(value);
    gate.error("late");
    expect(seen).toEqual(["<late:x>", "<late:x>ab"]);
  });

  test("emits in order when a subscriber causes the next value", () => {
    const input = new Subject<string>();
    const state$ = new Subject<string>();
    const seen: string[] = [];
    state$.subscribe((state) => {
      seen.push(`first ${state}`);
      if (state === "a") input.next("b");
    });
    state$.subscribe((state) => seen.push(`second ${state}`));
    textOf(() => input, append).subscribe(state$);
    input.next("a");
    expect(seen).toEqual(["first a", "second a", "first ab", "second ab"]);
  });

  test("lets its input look at the present state", () => {
    const values = new Subject<string>();
    const looked: string[] = [];
    const input = (state: () => string) =>
      values.pipe(map((value) => {
        looked.push(state());
        return value;
      }));
    textOf(input, append).subscribe();
    for (const value of ["a", "b"]) values.next(value);
    expect(looked).toEqual(["", "a"]);
  });

  test("has a state of its own for each subscription, and ends its step with it", () => {
    const input = new Subject<string>();
    const state$ = textOf(() => input, append);
    const seen: string[] = [];
    state$.subscribe((state) => seen.push(`1 ${state}`));
    input.next("a");
    state$.subscribe((state) => seen.push(`2 ${state}`));
    input.next("b");
    expect(seen).toEqual(["1 a", "1 ab", "2 b"]);

    const gate = new Subject<string>();
    const running = textOf(() => of("a"), () => gate).subscribe();
    expect(gate.observed).toBe(true);
    running.unsubscribe();
    expect(gate.observed).toBe(false);
  });

  test("errors when there is no state after a failed step", () => {
    const errors: unknown[] = [];
    batchScan$<string, string>(() => concat(of("a"), NEVER), {
      seed: "",
      step$: () => throwError(() => "first"),
      recover: () => {
        throw "second";
      },
    }).subscribe({ error: (error) => errors.push(error) });
    expect(errors).toEqual(["second"]);
  });
});

import { BehaviorSubject, firstValueFrom, map, NEVER, of, Subject, take, toArray } from "rxjs";
import { describe, expect, test, vi } from "vitest";
import {
  type Agent,
  type Guard,
  maxRemoved,
  memorySource,
  openRegistry,
  RegistryLoadError,
  registryState$,
} from "../../mod.ts";
import { pipeline$ } from "../../src/pipeline/pipeline.ts";
import { marbles } from "../marbles.ts";
import { registryText } from "../registry-text.ts";
import { decodeToys, openToys, stepless, type Toy, wordsOf } from "../toy-registry.ts";
import { until } from "../until.ts";

const quiet = { debounceMs: 0, logger: false } as const;

describe("guard", () => {
  test("is asked before anything is published, with what is served and what would be", async () => {
    const asked: string[] = [];
    const guard: Guard<Toy> = (next, previous, { added, removed }) => {
      asked.push(`${previous.revision} ${next.revision} +${added} -${removed}`);
      return true;
    };
    const { registry, source } = await openToys({ x: "a=1" }, { guard });
    source.write("x", "b=1");
    await until(registry.reload$);
    expect(asked).toEqual(["0 1 +a -", "1 2 +b -a"]);
    await registry.close();
  });

  test("lets through the very snapshot that it saw", async () => {
    const seen: unknown[] = [];
    const guard: Guard<Toy> = (next) => (seen.push(next), true);
    const { registry } = await openToys({ x: "a=1" }, { guard });
    expect(seen).toEqual([registry.snapshot]);
    expect(registry.snapshot).toBe(seen[0]);
    await registry.close();
  });

  test("refuses a reload with its reason: one issue, and the snapshot stays", async () => {
    const guard: Guard<Toy> = (next) => next.agents.has("b") ? "No b on Fridays" : true;
    const { registry, source } = await openToys({ x: "a=1" }, { guard });
    const before = registry.snapshot;
    source.write("x", "a=1 b=1");
    const event = await registry.reload();
    expect(event).toMatchObject({
      type: "rejected",
      success: false,
      revision: 1,
      error: "x No b on Fridays",
      issues: [{ code: "guard", severity: "error", message: "No b on Fridays", path: "x" }],
    });
    expect(registry.snapshot).toBe(before);
    expect(registry.status).toMatchObject({ inSync: false, consecutiveFailures: 1 });
    source.write("x", "a=2");
    expect(await registry.reload()).toMatchObject({ type: "applied", revision: 2 });
    await registry.close();
  });

  test("refuses what is good in a broken change, too", async () => {
    const guard: Guard<Toy> = (next) => next.stale.size === 0 || "nothing stale";
    const { registry, source } = await openToys({ x: "a=1" }, { guard, onInvalid: "isolate" });
    source.write("x", "a!bad b=1");
    expect(await registry.reload()).toMatchObject({
      type: "rejected",
      issues: [{ code: "guard" }],
    });
    expect(wordsOf(registry.snapshot)).toBe("a=1");
    await registry.close();
  });

  test("is not asked when nothing would change, when the change is refused, or about a rollback", async () => {
    const guard = vi.fn<Guard<Toy>>(() => true);
    const { registry, source } = await openToys({ x: "a=1" }, { guard });
    source.write("x", "a=2");
    await registry.reload();
    expect(guard).toHaveBeenCalledTimes(2);
    await registry.reload();
    source.write("x", "a!bad");
    await registry.reload();
    await registry.rollback(1);
    expect(guard).toHaveBeenCalledTimes(2);
    await registry.close();
  });

  test.each<[string, () => unknown, string]>([
    ["throws", () => {
      throw new Error("out of order");
    }, "The guard failed: out of order"],
    ["rejects", () => Promise.reject(new Error("no answer")), "The guard failed: no answer"],
    ["answers false", () => false, "expected true or a text, got false"],
    ["answers nothing", () => undefined, "expected true or a text, got undefined"],
    ["answers null", () => null, "expected true or a text, got null"],
    ["answers an empty text", () => "", "expected true or a text, got an empty text"],
    ["answers something else in the end", () => Promise.resolve(1), "true or a text, got 1"],
  ])("refuses, and says so, when it %s", async (_, answer, message) => {
    const guard = answer as Guard<Toy>;
    const { registry } = await openToys({ x: "a=1" }, { guard });
    expect(registry.snapshot.revision).toBe(0);
    expect(registry.status.lastReload).toMatchObject({
      type: "rejected",
      issues: [{ code: "guard", path: "x", message: expect.stringContaining(message) }],
    });
    await registry.close();
  });

  test("holds up the reloads behind it, which come after its answer, in order", async () => {
    const answers = new Subject<true>();
    const asked: string[] = [];
    const guard: Guard<Toy> = (next) => {
      asked.push(wordsOf(next));
      return next.revision === 1 ? true : firstValueFrom(answers.pipe(take(1)));
    };
    const { registry, source } = await openToys({ x: "a=1" }, { guard, watch: false });
    const seen: string[] = [];
    registry.reload$.subscribe(({ cause, revision }) => seen.push(`${cause} ${revision}`));
    source.write("x", "a=2");
    const first = registry.reload();
    source.write("x", "a=3");
    const others = [registry.rollback(1), registry.reload()];
    await Promise.resolve();
    expect([asked, seen]).toEqual([["a=1", "a=2"], []]);
    answers.next(true);
    expect(await first).toMatchObject({ revision: 2 });
    await vi.waitUntil(() => asked.length === 3);
    answers.next(true);
    await Promise.all(others);
    expect(asked).toEqual(["a=1", "a=2", "a=3"]);
    expect(seen).toEqual(["manual 2", "rollback 3", "manual 4"]);
    await registry.close();
  });

  test("that never answers does not keep a registry from closing", async () => {
    const guard: Guard<Toy> = ({ revision }) => revision === 1 || new Promise(() => {});
    const { registry, source } = await openToys({ x: "a=1" }, { guard });
    source.write("x", "a=2");
    const reload = registry.reload();
    await registry.close();
    await expect(reload).rejects.toThrow("closed");
  });

  test("that never answers does not keep an opening from being aborted", async () => {
    const controller = new AbortController();
    const source = memorySource({ x: registryText(["a"]) });
    const guard = () => new Promise<true>(() => {});
    const opening = openRegistry(source, { ...quiet, guard, signal: controller.signal });
    await Promise.resolve();
    controller.abort(new Error("enough"));
    await expect(opening).rejects.toThrow("enough");
  });

  test("can refuse the first load", async () => {
    const source = memorySource({ x: registryText(["a"]) });
    const opening = openRegistry(source, { ...quiet, guard: () => "not today" });
    const failure = await opening.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RegistryLoadError);
    expect(failure).toMatchObject({ issues: [{ code: "guard", message: "not today" }] });
  });

  test("that answers at once keeps a reload within one turn", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const reads = ["a=1", "a=2 b=1", "a=3"];
      const state$ = pipeline$<Toy>({
        source: {
          change$: hot("---x---x", { x: { type: "changed", paths: [] } }),
          read: () => of({ documents: [{ path: "x", content: reads.shift() ?? "" }], issues: [] }),
        },
        decode: stepless(decodeToys),
        guard: (next) => !next.agents.has("b") || "no b",
        watch$: new BehaviorSubject(true),
        request$: NEVER,
        debounceMs: 2,
        maxWaitMs: 100,
        scheduler,
        elapsed: () => scheduler.now(),
      });
      const word$ = state$.pipe(
        map(({ status, snapshot }) => `${status.lastReload?.type} ${wordsOf(snapshot)}`),
      );
      expectObservable(word$).toBe("(wa)-r---b", {
        w: "undefined ",
        a: "applied a=1",
        r: "rejected a=1",
        b: "applied a=3",
      });
    });
  });

  test("works for registryState$ as well", async () => {
    const source = memorySource({ x: registryText(["a"]) });
    const guard: Guard<Agent> = (next) => next.agents.size > 1 || "too few";
    const state$ = registryState$(source, { ...quiet, watch: false, guard });
    expect(await firstValueFrom(state$.pipe(toArray()))).toMatchObject([
      { snapshot: { revision: 0 }, status: { issues: [{ code: "guard", message: "too few" }] } },
    ]);
  });
});

describe("maxRemoved", () => {
  const answer = (fraction: number, before: number, removed: number): unknown => {
    const ids = Array.from({ length: before }, (_, at) => `a${at}`);
    const previous = { agents: new Map(ids.map((id) => [id, {}])) };
    const changes = { added: [], updated: [], removed: ids.slice(0, removed) };
    return maxRemoved(fraction)(previous as never, previous as never, changes);
  };

  test.each([
    [0.5, 0, 0],
    [0, 0, 0],
    [0, 7, 0],
    [0.5, 10, 5],
    [0.29, 100, 29],
    [1, 3, 3],
  ])("of %d lets pass: of %d agents, %d are removed", (fraction, before, removed) => {
    expect(answer(fraction, before, removed)).toBe(true);
  });

  test.each([[0.5, 10, 6], [0, 7, 1], [0.29, 100, 30], [0.99, 1, 1]])(
    "of %d refuses: of %d agents, %d are removed",
    (fraction, before, removed) => {
      expect(answer(fraction, before, removed)).toBe(
        `The change would remove ${removed} of ${before} agents, more than the ` +
          `${Math.round(fraction * 100)}% that one reload may: remove them in smaller steps, or ` +
          "open the registry anew if they are to go",
      );
    },
  );

  test.each([-0.1, 1.1, Number.NaN, Infinity, "half"])("throws for %s", (fraction) => {
    expect(() => maxRemoved(fraction as number)).toThrow(RangeError);
  });

  test("keeps a registry whose file was emptied", async () => {
    const source = memorySource({ x: registryText(["a", "b", "c"]) });
    await using registry = await openRegistry(source, { ...quiet, guard: maxRemoved(0.5) });
    source.write("x", "agents: {}");
    expect(await until(registry.reload$)).toMatchObject({
      type: "rejected",
      agentsCount: 3,
      issues: [{ code: "guard", message: expect.stringContaining("3 of 3 agents") }],
    });
    source.write("x", registryText(["a", "b", "d"]));
    expect(await until(registry.reload$)).toMatchObject({ type: "applied", revision: 2 });
  });
});

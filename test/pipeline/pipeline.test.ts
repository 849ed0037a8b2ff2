import {
  BehaviorSubject,
  distinctUntilKeyChanged,
  map,
  NEVER,
  type Observable,
  of,
  Subject,
  tap,
} from "rxjs";
import type { TestScheduler } from "rxjs/testing";
import { describe, expect, test } from "vitest";
import type { Decoder } from "../../src/decode/decoded-registry.ts";
import { createDecoder } from "../../src/decode/decoder.ts";
import { runSync } from "../decode/sync-decoder.ts";
import { type Agent, AgentSchema } from "../../src/model/agent/agent-schema.ts";
import type { Issue } from "../../src/model/report/issue.ts";
import { pipeline$, type PipelineOptions, type PipelineStep } from "../../src/pipeline/pipeline.ts";
import type { CachedReading, ReadingCache } from "../../src/pipeline/fallback.ts";
import type { RegistrySource } from "../../src/source/registry-source.ts";
import type { SourceReading } from "../../src/model/report/source-reading.ts";
import type { PipelineRequest, ReloadRequest } from "../../src/pipeline/requests.ts";
import { marbles } from "../marbles.ts";
import { registryText } from "../registry-text.ts";

const changed = { type: "changed", paths: ["a.yaml"] } as const;

function reading(content: string): SourceReading {
  return { documents: [{ path: "a.yaml", content }], issues: [] };
}

/** A source whose reads give these texts in turn, each in its own time; the last one for ever. */
function sourceOf(
  change$: Observable<unknown>,
  reads: readonly ((text: (content: string) => SourceReading) => Observable<SourceReading>)[],
): RegistrySource & { readonly quiet: number[] } {
  let count = 0;
  const quiet: number[] = [];
  return {
    quiet,
    change$: change$.pipe(map(() => changed)),
    read: ({ quietMs }) => {
      quiet.push(quietMs);
      return reads[Math.min(count++, reads.length - 1)]!(reading);
    },
  };
}

function run(
  scheduler: TestScheduler,
  source: RegistrySource,
  options: Partial<PipelineOptions<Agent>> = {},
): Observable<PipelineStep<Agent>> {
  return pipeline$<Agent>({
    source,
    decode: synchronous(createDecoder<Agent>(AgentSchema)),
    watch$: new BehaviorSubject(true),
    request$: NEVER,
    debounceMs: 3,
    maxWaitMs: 100,
    scheduler,
    elapsed: () => scheduler.now(),
    ...options,
  });
}

/** One word for a state: what the latest reload was, and which revision is served. */
const word = map(({ status, snapshot }: PipelineStep<Agent>) =>
  status.lastReload === undefined
    ? status.watching
    : `${status.lastReload.type} ${snapshot.revision} ${[...snapshot.agents.keys()].join("")}`
);

/** In virtual time nothing can be waited for: the module that a broken text is explained by is here already. */
function synchronous<A>(decode: Decoder<A>): Decoder<A> {
  // deno-lint-ignore require-yield -- it has one step only
  return function* (reading, served) {
    return runSync(decode(reading, served));
  };
}

describe("pipeline$", () => {
  test("loads at once, then reloads once a burst is over", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const change$ = hot("---x-x-----------x---");
      const expected = "   (wa)----b-----------c";
      const source = sourceOf(change$, [
        () => of(reading(registryText(["a"]))),
        () => of(reading(registryText(["a", "b"]))),
        () => of(reading(registryText(["b"]))),
      ]);
      expectObservable(run(scheduler, source).pipe(word)).toBe(expected, {
        w: "events",
        a: "applied 1 a",
        b: "applied 2 ab",
        c: "applied 3 b",
      });
    });
  });

  test("keeps the last good agents when the text breaks, and recovers", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const change$ = hot("-x-----x-----x---");
      const expected = "   (wa)b-----c-----d";
      const source = sourceOf(change$, [
        () => of(reading(registryText(["a"]))),
        () => of(reading("agents: [")),
        () => of(reading(registryText(["a"]))),
        () => of(reading(registryText(["a", "b"]))),
      ]);
      expectObservable(run(scheduler, source).pipe(word)).toBe(expected, {
        w: "events",
        a: "applied 1 a",
        b: "rejected 1 a",
        c: "unchanged 1 a",
        d: "applied 2 ab",
      });
    });
  });

  test("makes one more reload of many changes during a slow read", () => {
    marbles(({ cold, hot, expectObservable }, scheduler) => {
      const change$ = hot("------x-----x-----x-----");
      const slow = "               ----------------------(r|)";
      const reads = [
        () => of(reading(registryText(["a"]))),
        () => cold(slow, { r: reading(registryText(["a", "b"])) }),
        () => of(reading(registryText(["a", "b", "c"]))),
        () => of(reading(registryText(["unexpected"]))),
      ];
      expectObservable(run(scheduler, sourceOf(change$, reads)).pipe(word)).toBe("(wa) 27ms (bc)", {
        w: "events",
        a: "applied 1 a",
        b: "applied 2 ab",
        c: "applied 3 abc",
      });
    });
  });

  test("reloads under constant writing at least every maxWaitMs", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const change$ = hot("xxxxxxxxxxxxxxxxxxx");
      const texts = ["a", "b", "c", "d"].map((id) => () => of(reading(registryText([id]))));
      const source = sourceOf(change$, texts);
      expectObservable(run(scheduler, source, { maxWaitMs: 6 }).pipe(word), "^-----------------!")
        .toBe("(wa)--b------c----", {
          w: "events",
          a: "applied 1 a",
          b: "applied 2 b",
          c: "applied 3 c",
        });
    });
  });

  test("takes the quiet time from the file, and from the options before the file", () => {
    for (const [debounceMs, quietTimes] of [[undefined, [250, 120]], [7, [7, 7]]] as const) {
      marbles(({ hot, expectObservable, flush }, scheduler) => {
        const around = "config: { hot_reload: { debounce_ms: 120 } }\n";
        const source = sourceOf(hot("-x"), [
          () => of(reading(registryText(["a"], around))),
          () => of(reading(registryText(["b"], around))),
        ]);
        expectObservable(run(scheduler, source, { debounceMs }).pipe(word), "^ 500ms !").toBe(
          debounceMs === undefined ? "(wa) 117ms b" : "(wa) 4ms b",
          { w: "events", a: "applied 1 a", b: "applied 2 b" },
        );
        flush();
        expect(source.quiet).toEqual(quietTimes);
      });
    }
  });

  test("does not wait for quiet when a reload is asked for", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const request$ = hot<ReloadRequest>("-----r", { r: { type: "reload", cause: "manual" } });
      const source = sourceOf(NEVER, [
        () => of(reading(registryText(["a"]))),
        () => of(reading(registryText(["b"]))),
      ]);
      expectObservable(run(scheduler, source, { request$ }).pipe(word)).toBe("(wa)-b", {
        w: "events",
        a: "applied 1 a",
        b: "applied 2 b",
      });
    });
  });

  test("answers every request, those that came during a read together", () => {
    marbles(({ cold, hot, flush }, scheduler) => {
      const requests = [1, 2, 3].map((): PipelineRequest<Agent> => ({
        type: "reload",
        cause: "manual",
      }));
      const request$ = hot("-a-bc---", { a: requests[0]!, b: requests[1]!, c: requests[2]! });
      const source = sourceOf(NEVER, [
        () => of(reading(registryText(["a"]))),
        () => cold("-----(r|)", { r: reading(registryText(["b"])) }),
      ]);
      const answered: number[][] = [];
      run(scheduler, source, { request$ }).subscribe((step) =>
        answered.push(step.load.answered.map((request) => requests.indexOf(request)))
      );
      flush();
      expect(answered).toEqual([[], [-1], [0], [1, 2]]);
    });
  });

  test("reports a source that throws, fails, is silent or never comes, and goes on", () => {
    marbles(({ cold, hot, expectObservable }, scheduler) => {
      const change$ = hot("-x-----x-----x-----x---");
      const source = sourceOf(change$, [
        () => of(reading(registryText(["a"]))),
        () => {
          throw new Error("cannot even start");
        },
        () => cold("#", {}, new Error("connection lost")),
        () => cold("|"),
        () => of(reading(registryText(["b"]))),
      ]);
      const errors = run(scheduler, source).pipe(
        map(({ status }) => status.lastReload?.error ?? status.lastReload?.type ?? "start"),
      );
      expectObservable(errors).toBe("(sa)1-----2-----3-----b", {
        s: "start",
        a: "applied",
        1: "(source) The source cannot be read: cannot even start",
        2: "(source) The source cannot be read: connection lost",
        3: "(source) The source cannot be read: it gave nothing",
        b: "applied",
      });
    });
  });

  test("does not stumble over what a source should not say", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const words = { n: null, u: undefined, r: { type: "reload" }, w: { type: "watching" }, x: 1 };
      const said$ = hot("-nurx-w--c", { ...words, c: { type: "changed" } });
      let reads = 0;
      const source = {
        change$: said$ as Observable<unknown> as Observable<never>,
        read: () => of(reading(`${registryText(["a"])}# read ${++reads}`)),
      };
      expectObservable(run(scheduler, source).pipe(word)).toBe("(sa)--------b", {
        s: "events",
        a: "applied 1 a",
        b: "unchanged 1 a",
      });
    });
  });

  test("reports a decoder that throws, and goes on", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const source = sourceOf(hot("-x"), [() => of(reading(registryText(["a"])))]);
      let calls = 0;
      const decode = (given: SourceReading) => {
        if (calls++ === 0) throw new Error("no permission");
        return createDecoder<Agent>(AgentSchema)(given);
      };
      const errors = run(scheduler, source, { decode }).pipe(
        map(({ status }) => status.lastReload?.error ?? status.lastReload?.type ?? "start"),
      );
      expectObservable(errors).toBe("(se)b", {
        s: "start",
        e: "(source) The documents cannot be decoded: no permission",
        b: "applied",
      });
    });
  });

  test("emits nothing for bytes that are what was read last, unless they are asked for", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const change$ = hot("  -x-------x---x-----x---x---");
      const request$ = hot<PipelineRequest<Agent>>("-----r-----------r---------", {
        r: { type: "reload", cause: "manual" },
      });
      const expected = "     (wa)-u------b----c--------d";
      const bytes = () => new TextEncoder().encode(registryText(["a"]));
      const good = () => of({ documents: [{ path: "a.yaml", content: bytes() }], issues: [] });
      const bad = () => of(reading("agents: ["));
      const source = sourceOf(change$, [good, good, good, bad, bad, bad, bad, good]);
      expectObservable(run(scheduler, source, { request$ }).pipe(word)).toBe(expected, {
        w: "events",
        a: "applied 1 a",
        u: "unchanged 1 a",
        b: "rejected 1 a",
        c: "rejected 1 a",
        d: "unchanged 1 a",
      });
    });
  });

  test("emits what comes of the same bytes once the source could not be read meanwhile", () => {
    marbles(({ cold, hot, expectObservable }, scheduler) => {
      const source = sourceOf(hot("-x-----x-----x---"), [
        () => of(reading(registryText(["a"]))),
        () => cold("#", {}, new Error("connection lost")),
        () => of(reading(registryText(["a"]))),
      ]);
      expectObservable(run(scheduler, source).pipe(word)).toBe("(wa)b-----c-----", {
        w: "events",
        a: "applied 1 a",
        b: "rejected 1 a",
        c: "unchanged 1 a",
      });
    });
  });

  test("emits when an issue of the source comes, though all documents are the same", () => {
    const issue: Issue = { code: "too-large", severity: "warning", message: "?", path: "b.yaml" };
    const { documents } = reading(registryText(["a"]));
    marbles(({ hot, expectObservable }, scheduler) => {
      const source = sourceOf(hot("-x-----x-----x---"), [
        () => of({ documents, issues: [] }),
        () => of({ documents, issues: [issue] }),
        () => of({ documents, issues: [{ ...issue }] }),
      ]);
      expectObservable(run(scheduler, source).pipe(word)).toBe("(wa)b------------", {
        w: "events",
        a: "applied 1 a",
        b: "applied 2 a",
      });
    });
  });

  describe("tells what a reload waits for", () => {
    const stalls = map(({ status }: PipelineStep<Agent>) =>
      status.stalled === undefined
        ? status.lastReload?.type ?? "none"
        : `${status.stalled.what} ${status.stalled.since.getTime()}`
    );

    test("after ten seconds without an answer of read, and no more once there is one", () => {
      marbles(({ cold, hot, expectObservable }, scheduler) => {
        const source = sourceOf(hot("-x"), [
          () => of(reading(registryText(["a"]))),
          () => cold("12s (r|)", { r: reading(registryText(["b"])) }),
        ]);
        // Asked 4 ms after the start: a change, and three of quiet.
        expectObservable(run(scheduler, source).pipe(stalls)).toBe("(na) 10s s 1999ms (ab)", {
          n: "none",
          a: "applied",
          b: "applied",
          s: "read 4",
        });
      });
    });

    test("when the guard of a first load does not answer", () => {
      marbles(({ expectObservable }, scheduler) => {
        const source = sourceOf(NEVER, [() => of(reading(registryText(["a"])))]);
        const guard = () => new Promise<true>(() => {});
        expectObservable(run(scheduler, source, { guard }).pipe(stalls), "^ 11s !")
          .toBe("n 9999ms s", { n: "none", s: "guard 0" });
      });
    });

    test("no more once watching stops, which ends a reload that nobody asked for", () => {
      marbles(({ cold, hot, expectObservable }, scheduler) => {
        const watch$ = new BehaviorSubject(true);
        const source = sourceOf(hot("-x"), [
          () => of(reading(registryText(["a"]))),
          () => NEVER,
          () => of(reading(registryText(["b"]))),
        ]);
        const watch = cold("11s f 999ms t", { f: false, t: true });
        expectObservable(watch.pipe(tap((on) => watch$.next(on))))
          .toBe("11s f 999ms t", { f: false, t: true });
        const told = run(scheduler, source, { watch$ }).pipe(
          map(({ status: { stalled, watching }, snapshot }) =>
            `${watching} ${[...snapshot.agents.keys()]} ${stalled?.what ?? ""}`
          ),
        );
        expectObservable(told).toBe("(na) 10s s 995ms (xy) 996ms (eb)", {
          n: "events  ",
          a: "events a ",
          s: "events a read",
          x: "stopped a read",
          y: "stopped a ",
          e: "events a ",
          b: "events b ",
        });
      });
    });
  });

  test("subscribes again to a source whose changes fail, and catches up", () => {
    marbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const change$ = cold("-----#");
      const source = sourceOf(change$, [
        () => of(reading(registryText(["a"]))),
        () => of(reading(registryText(["b"]))),
      ]);
      const states = run(scheduler, source).pipe(
        map(({ status, snapshot }) => `${status.watching} ${snapshot.revision}`),
      );
      expectObservable(states, "^ 2007ms !").toBe("(wa)-p 1999ms (eb)", {
        w: "events 0",
        a: "events 1",
        p: "polling 1",
        e: "events 1",
        b: "events 2",
      });
      expectSubscriptions(change$.subscriptions).toBe(["^----!", "2005ms ^--!"]);
    });
  });

  test("stops with the watch switch, drops what was pending, and catches up when on again", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const change$ = hot("-----x--x----------x---");
      const watch = hot("      ------f-------t--------", { f: false, t: true });
      const watch$ = new BehaviorSubject(true);
      const source = sourceOf(change$, [
        () => of(reading(registryText(["a"]))),
        () => of(reading(registryText(["b"]))),
        () => of(reading(registryText(["c"]))),
      ]);
      const steps$ = run(scheduler, source, { watch$ }).pipe(
        map(({ status, snapshot }) => `${status.watching} ${[...snapshot.agents.keys()]}`),
      );
      expectObservable(watch.pipe(tap((on) => watch$.next(on)))).toBe("------f-------t--------", {
        f: false,
        t: true,
      });
      expectObservable(steps$).toBe("(wa)--s-------(eb)----c", {
        w: "events ",
        a: "events a",
        s: "stopped a",
        e: "events a",
        b: "events b",
        c: "events c",
      });
    });
  });

  test("does not subscribe to the source's changes while it is not to watch", () => {
    marbles(({ hot, expectObservable, expectSubscriptions }, scheduler) => {
      const change$ = hot("--x--");
      const source = sourceOf(change$, [() => of(reading(registryText(["a"])))]);
      const options = { watch$: new BehaviorSubject(false) };
      expectObservable(run(scheduler, source, options).pipe(word)).toBe("(wa)", {
        w: "stopped",
        a: "applied 1 a",
      });
      expectSubscriptions(change$.subscriptions).toBe([]);
    });
  });

  test("tells durations and times of its clock", () => {
    marbles(({ cold, flush }, scheduler) => {
      const source = sourceOf(NEVER, [
        () => cold("-----(r|)", { r: reading(registryText(["a"])) }),
      ]);
      const steps: PipelineStep<Agent>[] = [];
      run(scheduler, source).subscribe((step) => steps.push(step));
      flush();
      const event = steps.at(-1)?.status.lastReload;
      expect(event).toMatchObject({ durationMs: 5, timestamp: new Date(5), cause: "initial" });
    });
  });

  test("has a state of its own for each subscription", () => {
    const texts = [registryText(["a"]), registryText(["b"])];
    const changes = new Subject<void>();
    let reads = 0;
    const source = sourceOf(changes, [() => of(reading(texts[reads++ % 2]!))]);
    const step$ = pipeline$<Agent>({
      source,
      decode: synchronous(createDecoder<Agent>(AgentSchema)),
      watch$: new BehaviorSubject(true),
      request$: NEVER,
      debounceMs: 0,
      maxWaitMs: 0,
      // A clock that stands still: however busy the machine, decoding is one slice.
      elapsed: () => 0,
    });
    const revisions: string[] = [];
    const [first, second] = ["first", "second"].map((name) =>
      step$.subscribe(({ snapshot }) =>
        revisions.push(`${name} ${snapshot.revision} ${[...snapshot.agents.keys()]}`)
      )
    );
    first!.unsubscribe();
    second!.unsubscribe();
    expect(revisions).toEqual(["first 0 ", "first 1 a", "second 0 ", "second 1 b"]);
    expect(changes.observed).toBe(false);
  });
});

describe("pipeline$ with documents that were kept", () => {
  const cached = { savedAt: new Date(0), documents: reading(registryText(["a", "b"])).documents };
  const warning = (code: Issue["code"]): Issue => ({
    ...{ code, severity: "warning", message: "?", path: "cache" },
  });
  const cacheOf = (
    read$: Observable<CachedReading>,
    issue$: Observable<readonly Issue[]> = NEVER,
  ): ReadingCache => ({ path: "cache", read: () => read$, issue$ });
  const codes = map(({ status, snapshot }: PipelineStep<Agent>) =>
    [
      status.lastReload?.type ?? status.watching,
      ...snapshot.agents.keys(),
      ...status.issues.map(({ code }) => code),
    ].join(" ")
  );

  test("serves them when the first load fails, once they are read", () => {
    marbles(({ hot, cold, expectObservable }, scheduler) => {
      const change$ = hot("  -----x-----x---");
      const keeping$ = cold("--(k|)", { k: { cached } });
      const expected = "     w-a-----b-----c";
      const source = sourceOf(change$, [
        () => of(reading("agents: [")),
        () => of(reading("agents: {")),
        () => of(reading(registryText(["b", "c"]))),
      ]);
      expectObservable(run(scheduler, source, { cache: cacheOf(keeping$) }).pipe(codes))
        .toBe(expected, {
          w: "events",
          a: "rejected a b yaml-syntax cache-used",
          b: "rejected a b yaml-syntax cache-used",
          c: "applied b c",
        });
    });
  });

  test("does not look for them when the first load is good, nor later", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const change$ = hot("-x----");
      const expected = "   (wa)b";
      const source = sourceOf(change$, [
        () => of(reading(registryText(["a"]))),
        () => of(reading("agents: [")),
      ]);
      const cache: ReadingCache = {
        ...cacheOf(NEVER),
        read: () => {
          throw new Error("It was read");
        },
      };
      expectObservable(run(scheduler, source, { cache }).pipe(codes)).toBe(expected, {
        w: "events",
        a: "applied a",
        b: "rejected a yaml-syntax",
      });
    });
  });

  test("tells why they cannot be used, until a reload is good", () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const change$ = hot("-x----");
      const expected = "   (wa)b";
      const source = sourceOf(change$, [
        () => of(reading("agents: [")),
        () => of(reading(registryText(["a"]))),
      ]);
      const cache = cacheOf(of({ issue: warning("cache-corrupt") }));
      expectObservable(run(scheduler, source, { cache }).pipe(codes)).toBe(expected, {
        w: "events",
        a: "rejected yaml-syntax cache-corrupt",
        b: "applied a",
      });
    });
  });

  test("tells what hinders keeping others as long as it does", () => {
    marbles(({ hot, cold, expectObservable }, scheduler) => {
      const issue$ = cold(" n-----f-----n", { n: [], f: [warning("cache-failed")] });
      const change$ = hot(" -------x-----");
      const expected = "    (wa)--f---b-n";
      const source = sourceOf(change$, [
        () => of(reading(registryText(["a"]))),
        () => of(reading("agents: [")),
      ]);
      const steps$ = run(scheduler, source, { cache: cacheOf(NEVER, issue$) });
      const states$ = steps$.pipe(distinctUntilKeyChanged("status"), codes);
      expectObservable(states$).toBe(expected, {
        w: "events",
        a: "applied a",
        f: "applied a cache-failed",
        b: "rejected a yaml-syntax cache-failed",
        n: "rejected a yaml-syntax",
      });
    });
  });

  test("keeps a broken agent at the version that was kept", () => {
    const decodeAll = synchronous(createDecoder<Agent>(AgentSchema));
    const issue: Issue = { code: "invalid-agent", severity: "error", message: "?", path: "a.yaml" };
    // As a decoder does that tells which entries are broken: here those of agent "b".
    const decode: Decoder<Agent> = function* ({ documents, issues }) {
      const decoded = yield* decodeAll({ documents, issues });
      if (String(documents[0]?.content).includes('"core"')) return decoded;
      const agents = new Map([...decoded.agents].filter(([id]) => id !== "b"));
      return { ...decoded, agents, errors: [issue], broken: new Map([["b", [issue]]]) };
    };
    marbles(({ expectObservable }, scheduler) => {
      const good = reading(registryText({ a: {}, b: {}, gone: {} })).documents;
      const broken = registryText({ b: { owner: "crew" }, a: { owner: "crew" } });
      const source = sourceOf(NEVER, [() => of(reading(broken))]);
      const cache = cacheOf(of({ cached: { savedAt: new Date(0), documents: good } }));
      const steps$ = run(scheduler, source, { cache, decode, onInvalid: "isolate" });
      const told$ = steps$.pipe(
        map(({ status, snapshot: { revision, agents, stale } }) => ({
          type: status.lastReload?.type,
          added: status.lastReload?.type === "partial" ? status.lastReload.changes.added : [],
          revision,
          owners: [...agents].map(([id, { owner }]) => `${id} ${owner}`),
          stale: [...stale.keys()],
          codes: status.issues.map(({ code }) => code),
        })),
      );
      expectObservable(told$).toBe("(wa)", {
        w: { type: undefined, added: [], revision: 0, owners: [], stale: [], codes: [] },
        a: {
          type: "partial",
          added: ["b", "a"],
          revision: 1,
          owners: ["b core", "a crew"],
          stale: ["b"],
          codes: ["invalid-agent", "cache-used"],
        },
      });
    });
  });
});

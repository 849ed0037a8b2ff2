import { NEVER, of, Subject, throwError } from "rxjs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import process from "node:process";
import {
  type Guard,
  type Logger,
  memorySource,
  openRegistry,
  type RegistryOptions,
  type RegistrySource,
} from "../../mod.ts";
import { oddErrors } from "../odd-errors.ts";
import { registryText } from "../registry-text.ts";
import { openToys, type Toy, wordsOf } from "../toy-registry.ts";
import { until } from "../until.ts";

const odd = Object.entries(oddErrors);
const quiet = { debounceMs: 0, logger: false } as const;
const good = { documents: [{ path: "x", content: registryText(["a"]) }], issues: [] };

// What nobody handles ends a process: none of this may.
const unhandled: unknown[] = [];
const collect = (error: unknown): void => void unhandled.push(error);

beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", collect);
  process.on("uncaughtException", collect);
});

afterEach(async () => {
  // Rejections are told once the microtasks are done.
  await new Promise((resolve) => setTimeout(resolve));
  process.off("unhandledRejection", collect);
  process.off("uncaughtException", collect);
  expect(unhandled).toEqual([]);
});

describe.each(odd)("%s", (_, make) => {
  test("thrown or rejected by a guard refuses the change, and the next one is asked for", async () => {
    const answers = [() => true, throwing(make), rejecting(make), () => true];
    const guard: Guard<Toy> = () => answers.shift()!() as true;
    const { registry, source } = await openToys({ x: "a=1" }, { guard, watch: false });
    for (const value of [2, 3]) {
      source.write("x", `a=${value}`);
      const event = await registry.reload();
      expect(event).toMatchObject({ type: "rejected", issues: [{ code: "guard" }] });
      expect(event.error).toMatch(/The guard failed: \w/);
    }
    source.write("x", "a=4");
    expect(await registry.reload()).toMatchObject({ type: "applied" });
    await registry.close();
  });

  test("thrown, emitted as an error or given in place of a reading is an issue of the source", async () => {
    const reads = [
      () => of(good),
      throwing(make),
      () => throwError(make),
      () => of(make()),
      () => rejecting(make)(),
      () => of(good),
    ];
    const source = { change$: NEVER, read: () => reads.shift()!() } as unknown as RegistrySource;
    const registry = await openRegistry(source, quiet);
    for (let count = 0; count < 4; count++) {
      expect(await registry.reload()).toMatchObject({
        type: "rejected",
        issues: [{ code: "source-failed", path: "(source)" }],
      });
    }
    expect(await registry.reload()).toMatchObject({ type: "unchanged" });
    await registry.close();
  });

  test("thrown by change$ or as its error is an issue of watching, and reloads go on", async () => {
    for (const change$ of [throwError(make), { subscribe: throwing(make) }]) {
      const source = { change$, read: () => of(good) } as unknown as RegistrySource;
      const registry = await openRegistry(source, quiet);
      expect(registry.status).toMatchObject({ watching: "polling", inSync: true });
      expect(registry.status.issues).toMatchObject([{ code: "watch-failed" }]);
      expect(await registry.reload()).toMatchObject({ type: "unchanged" });
      await registry.close();
    }
  });

  test("thrown or rejected by released is logged, and stop and close resolve", async () => {
    for (const released of [throwing(make), rejecting(make)]) {
      const error = vi.fn();
      const source = { ...memorySource({ x: registryText(["a"]) }), released } as RegistrySource;
      const logger: Logger = { debug() {}, info() {}, warn() {}, error };
      const registry = await openRegistry(source, { debounceMs: 0, logger });
      await registry.stop();
      await registry.close();
      expect(error).toHaveBeenCalledTimes(2);
      expect(error.mock.calls[0]![0]).toBe("Failed to release the source");
    }
  });

  test("thrown or rejected by a callback or a logger harms nobody", async () => {
    for (const fail of [throwing(make), rejecting(make)]) {
      const log = fail as () => void;
      const logger: Logger = { debug: log, info: log, warn: log, error: log };
      const { registry, source } = await openToys({ x: "a=1" }, { logger });
      registry.onReload(fail as () => void);
      const called = vi.fn();
      registry.onReload(called);
      for (const content of ["a=2", "a!bad", "a=3"]) {
        const event = until(registry.reload$);
        source.write("x", content);
        await event;
      }
      expect(wordsOf(registry.snapshot)).toBe("a=3");
      expect(called).toHaveBeenCalledTimes(3);
      await registry.close();
    }
  });
});

describe.each(odd)("%s", (_, make) => {
  const fails = [throwing(make), rejecting(make)];

  test.each<[string, (fail: () => never) => RegistryOptions]>([
    ["extract", (extract) => ({ extract })],
    ["documents", (documents) => ({ documents })],
    ["a format", (parse) => ({ formats: { ".yaml": parse } })],
  ])("thrown or rejected later by %s is an issue", async (_, optionsOf) => {
    for (const fail of fails) {
      const options = optionsOf(fail as () => never);
      const opening = openRegistry(memorySource({ "a.yaml": "agents: {}" }), {
        ...{ ...quiet, watch: false, required: false },
        ...options,
      });
      await using registry = await opening;
      expect(registry.status.lastReload).toMatchObject({ type: "rejected", revision: 0 });
    }
  });
});

test("a console that throws does not keep later edits from being served", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {
    throw new Error("the terminal is gone");
  });
  try {
    const { registry, source } = await openToys({ x: "a=1" }, { logger: undefined });
    for (const content of ["a!bad", "a=2"]) {
      const event = until(registry.reload$);
      source.write("x", content);
      await event;
    }
    expect(warn).toHaveBeenCalled();
    expect(wordsOf(registry.snapshot)).toBe("a=2");
    await registry.close();
  } finally {
    warn.mockRestore();
  }
});

test.each<[string, unknown]>([
  ["null", null],
  ["a text", "changed"],
  ["a number", 5],
  ["an unknown type", { type: "closed" }],
  ["a type that is no text", { type: {} }],
  ["issues that are no list", { type: "watching", issues: 5 }],
  ["issues that are no issues", { type: "watching", by: "polling", issues: [null, 5, {}, "no"] }],
  ["a way of watching that there is none of", { type: "watching", by: 5 }],
  ["paths that are no list", { type: "changed", paths: 5 }],
])("change$ may emit %s, and later changes are noticed", async (_, junk) => {
  const changes = new Subject<unknown>();
  let text = registryText(["a"]);
  const source = {
    change$: changes,
    read: () => of({ documents: [{ path: "x", content: text }], issues: [] }),
  } as unknown as RegistrySource;
  const registry = await openRegistry(source, quiet);
  changes.next(junk);
  expect(registry.status).toMatchObject({ inSync: true, issues: [] });
  const event = until(registry.reload$, ({ type }) => type === "applied");
  text = registryText(["b"]);
  changes.next({ type: "changed" });
  await event;
  expect([...registry.snapshot.agents.keys()]).toEqual(["b"]);
  await registry.close();
});

test("an issue that change$ gives is shown as it was, whatever becomes of it", async () => {
  const changes = new Subject<unknown>();
  const source = { change$: changes, read: () => of(good) } as unknown as RegistrySource;
  const registry = await openRegistry(source, quiet);
  const issue = { code: "watch-failed", severity: "warning", message: "no events", path: "x" };
  changes.next({ type: "watching", by: "polling", issues: [issue] });
  issue.message = "something else";
  expect(registry.status.issues).toMatchObject([{ message: "no events" }]);
  await registry.close();
});

test.each<[string, unknown, RegExp]>([
  ["nothing", undefined, /Expected it to emit \{ documents/],
  ["documents that are no list", { documents: {} }, /Expected it to emit \{ documents/],
  ["a document without a path", { documents: [{ content: "" }] }, /Expected each document/],
  ["content that is no text", { documents: [{ path: "x", content: 5 }] }, /Expected each document/],
  ["issues that are no list", { documents: [], issues: 5 }, /`issues` to be a list of issues/],
  ["an issue without a code", { documents: [], issues: [{}] }, /`issues` to be a list of issues/],
])("read may give %s, which is an issue that says what is expected", async (_, given, message) => {
  const reads = [good, given, good];
  const source = { change$: NEVER, read: () => of(reads.shift()) } as unknown as RegistrySource;
  const registry = await openRegistry(source, quiet);
  const event = await registry.reload();
  expect(event).toMatchObject({ type: "rejected", issues: [{ code: "source-failed" }] });
  expect(event.error).toMatch(message);
  expect(await registry.reload()).toMatchObject({ type: "unchanged", success: true });
  await registry.close();
});

test("read may leave the issues out", async () => {
  const read = () => of({ documents: good.documents });
  const source = { change$: NEVER, read } as unknown as RegistrySource;
  await using registry = await openRegistry(source, quiet);
  expect(registry.status.inSync).toBe(true);
});

test.each<[string, unknown]>([
  ["{}", {}],
  ["an object without a prototype", Object.create(null)],
  ["null", null],
  ["a symbol", Symbol("one")],
])("rollback of %s rejects with a TypeError that says what is expected", async (_, revision) => {
  await using registry = await openRegistry(memorySource({ x: registryText(["a"]) }), quiet);
  await expect(registry.rollback(revision as number)).rejects.toThrow(
    new TypeError(`Expected a revision, which is a number, got ${nameOf(revision)}`),
  );
});

function nameOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function throwing(make: () => unknown): () => never {
  return () => {
    throw make();
  };
}

function rejecting(make: () => unknown): () => Promise<never> {
  return () => Promise.reject(make());
}

import { Buffer } from "node:buffer";
import { Subject } from "rxjs";
import { describe, expect, test } from "vitest";
import type { Issue } from "../../src/model/report/issue.ts";
import { RegistryCache } from "../../src/cache/registry-cache.ts";
import { decodeRecord, encodeRecord } from "../../src/cache/cache-record.ts";
import type { CacheStore } from "../../src/cache/cache-store.ts";
import { until } from "../until.ts";

/** A store in memory, whose writes can be held back and made to fail. */
class MemoryStore implements CacheStore {
  readonly path = "/var/cache/agents";
  readonly started$: Subject<string> = new Subject();
  readonly written: string[] = [];
  text: string | undefined;
  failure: Error | undefined;
  /** Resolves when writes may end. */
  gate: Promise<void> = Promise.resolve();
  running = 0;

  // deno-lint-ignore require-await -- what it throws is to reject
  async read(): Promise<string | undefined> {
    if (this.failure !== undefined) throw this.failure;
    return this.text;
  }

  async write(text: string): Promise<void> {
    expect(++this.running).toBe(1);
    this.started$.next(contentOf(text));
    await this.gate;
    this.running--;
    if (this.failure !== undefined) throw this.failure;
    this.text = text;
    this.written.push(contentOf(text));
  }
}

function contentOf(text: string): string {
  const record = decodeRecord(text);
  return typeof record === "string" ? record : String(record.documents[0]?.content);
}

function documents(content: string | Uint8Array) {
  return [{ path: "a.yaml", content }];
}

function setUp() {
  const store = new MemoryStore();
  const cache = new RegistryCache(store, "/etc/a.yaml");
  const issues: (readonly Issue[])[] = [];
  cache.issue$.subscribe((now) => issues.push(now));
  return { store, cache, issues };
}

describe("save", () => {
  test("writes the documents with their input and date, which read gives back", async () => {
    const { store, cache } = setUp();
    cache.save(documents(Buffer.from("agents: {}")));
    await cache.close();
    const { cached } = await new RegistryCache(store, "/etc/a.yaml").read();
    expect(cached).toMatchObject({ documents: [{ path: "a.yaml", content: "agents: {}" }] });
    expect(Math.abs(cached!.savedAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  test("writes nothing before who called has gone on", async () => {
    const { store, cache } = setUp();
    cache.save(documents("one"));
    await Promise.resolve();
    expect(store.running).toBe(0);
    await cache.close();
    expect(store.written).toEqual(["one"]);
  });

  test("writes one at a time, and of what comes meanwhile the latest", async () => {
    const { store, cache } = setUp();
    let open = (): void => {};
    store.gate = new Promise((resolve) => open = resolve);
    const started = until(store.started$);
    cache.save(documents("one"));
    await started;
    for (const content of ["two", "three", "four"]) cache.save(documents(content));
    const closed = cache.close();
    open();
    await closed;
    expect(store.written).toEqual(["one", "four"]);
  });

  test("does not write again what was written last", async () => {
    const { store, cache } = setUp();
    cache.save(documents(Buffer.from("one")));
    cache.save(documents(Buffer.from("one")));
    await until(store.started$);
    cache.save(documents(Buffer.from("one")));
    await cache.close();
    expect(store.written).toEqual(["one"]);
  });

  test("tells of a failure until a write succeeds, and tries the same documents again", async () => {
    const { store, cache, issues } = setUp();
    store.failure = new Error("No space\n left on device");
    cache.save(documents("one"));
    await until(cache.issue$, ([issue]) => issue !== undefined);
    expect(issues).toEqual([[], [{
      code: "cache-failed",
      severity: "warning",
      message: "The cache cannot be written: No space left on device",
      path: "/var/cache/agents",
    }]]);
    store.failure = undefined;
    cache.save(documents("one"));
    await cache.close();
    expect(store.written).toEqual(["one"]);
    expect(issues.at(-1)).toEqual([]);
  });

  test("goes on with what came while a write failed", async () => {
    const { store, cache, issues } = setUp();
    store.failure = new Error("no");
    const started = until(store.started$);
    cache.save(documents("one"));
    store.started$.subscribe(() => cache.save(documents("two")));
    await started;
    store.failure = undefined;
    store.gate = Promise.resolve();
    await cache.close();
    expect(store.written.at(-1)).toBe("two");
    expect(issues.at(-1)).toEqual([]);
  });
});

describe("read", () => {
  test("gives nothing when nothing was kept", async () => {
    const { cache } = setUp();
    expect(await cache.read()).toEqual({});
  });

  test.each([
    ["damaged", "agents: {}", "cache-corrupt", "The cache cannot be used: It holds no cache"],
    [
      "of another source",
      encodeRecord({ input: "/b", savedAt: new Date(0), documents: [] }),
      "cache-foreign",
      "The cache cannot be used: It holds the documents of /b, not of /etc/a.yaml",
    ],
  ])("gives an issue for a cache that is %s", async (_, text, code, message) => {
    const { store, cache } = setUp();
    store.text = text;
    const { cached, issue } = await cache.read();
    expect(cached).toBeUndefined();
    expect(issue).toEqual({ code, severity: "warning", message, path: "/var/cache/agents" });
  });

  test("gives an issue for a cache that cannot be read", async () => {
    const { store, cache } = setUp();
    store.failure = new Error("EACCES");
    expect(await cache.read()).toMatchObject({
      issue: { code: "cache-failed", message: "The cache cannot be read: EACCES" },
    });
  });
});

import { NEVER, of, Subject } from "rxjs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Logger, memorySource, openRegistry, type RegistrySource } from "../../mod.ts";
import { registryText } from "../registry-text.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const good = { documents: [{ path: "x", content: registryText(["a"]) }], issues: [] };

function logger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return { lines, debug() {}, info: log("info"), warn: log("warn"), error: log("error") };
}

/** A source whose first read answers at once, and the others when they are told to. */
function slowSource(): RegistrySource & { readonly answers: Subject<typeof good> } {
  const answers = new Subject<typeof good>();
  let reads = 0;
  return { answers, change$: NEVER, read: () => reads++ === 0 ? of(good) : answers };
}

test("status and log tell of a read that does not answer, and that it did in the end", async () => {
  const source = slowSource();
  const log = logger();
  const registry = await openRegistry(source, { logger: log });
  const since = new Date();
  const reload = registry.reload();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(registry.status.stalled).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(registry.status).toMatchObject({ stalled: { what: "read", since }, revision: 1 });
  expect(log.lines.at(-1)).toBe(
    `warn Registry stalled: read() of the source has not answered since ${since.toISOString()}, ` +
      "and later reloads wait behind it",
  );
  source.answers.next(good);
  expect(await reload).toMatchObject({ type: "unchanged" });
  expect(registry.status.stalled).toBeUndefined();
  expect(log.lines.at(-1)).toBe("info Registry no longer stalled");
  await registry.close();
});

test.each(["read", "guard"] as const)("close resolves while a %s does not answer", async (what) => {
  const source = what === "read" ? slowSource() : memorySource({ x: registryText(["a"]) });
  let asked = 0;
  const guard = () => what === "read" || asked++ === 0 || new Promise<true>(() => {});
  const registry = await openRegistry(source, { guard, logger: false });
  if ("write" in source) source.write("x", registryText(["b"]));
  const reload = registry.reload();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(registry.status.stalled?.what).toBe(what);
  await registry.close();
  await expect(reload).rejects.toThrow("The registry is closed");
  expect(registry.status).toMatchObject({ stalled: undefined, watching: "stopped" });
});

test("close gives up on a source that never says it has released what it held", async () => {
  const log = logger();
  const source = { ...slowSource(), released: () => new Promise<void>(() => {}) };
  const registry = await openRegistry(source, { logger: log });
  const closing = registry.close();
  await vi.advanceTimersByTimeAsync(10_000);
  await closing;
  expect(log.lines.at(-1)).toBe("error Failed to release the source");
});

test("a reload can be given a signal: it rejects with the reason, and the reload goes on", async () => {
  const source = slowSource();
  const registry = await openRegistry(source, { logger: false });
  const controller = new AbortController();
  const given = registry.reload({ signal: controller.signal });
  controller.abort(new Error("no more time"));
  await expect(given).rejects.toThrow("no more time");
  const events: string[] = [];
  registry.reload$.subscribe(({ type }) => events.push(type));
  source.answers.next(good);
  expect(events).toEqual(["unchanged"]);
  await expect(registry.reload({ signal: controller.signal })).rejects.toThrow("no more time");
  await registry.close();
});

test("a signal that is aborted after the reload is done changes nothing", async () => {
  const registry = await openRegistry(memorySource({ x: registryText(["a"]) }), { logger: false });
  const controller = new AbortController();
  const event = await registry.reload({ signal: controller.signal });
  controller.abort();
  expect(event.type).toBe("unchanged");
  await expect(registry.reload({ signal: controller as never })).rejects.toThrow(
    new TypeError("Expected signal to be an AbortSignal, got object"),
  );
  await registry.close();
});

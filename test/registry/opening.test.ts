import { defer, firstValueFrom, NEVER, of, Subject, toArray } from "rxjs";
import { describe, expect, test } from "vitest";
import { memorySource, openRegistry, RegistryLoadError, type RegistrySource } from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { openInMemory, quiet } from "./open-in-memory.ts";

describe("openRegistry", () => {
  test("resolves after the first load", async () => {
    const { registry } = await openInMemory(registryText(["a", "b"]));
    expect(registry.snapshot.revision).toBe(1);
    expect([...registry.snapshot.agents.keys()]).toEqual(["a", "b"]);
    expect(registry.status).toMatchObject({ inSync: true, watching: "events", issues: [] });
    expect(registry.status.lastReload).toMatchObject({ type: "applied", cause: "initial" });
  });

  test("rejects with every issue when the first load fails, and shows its frame when asked", async () => {
    const text = registryText({ a: { category: "prod" }, b: { version: 1 } });
    const failure = await openInMemory(text).catch((error) => error);
    expect(failure).toBeInstanceOf(RegistryLoadError);
    expect(failure.issues.map(({ code }: { code: string }) => code)).toEqual([
      "invalid-agent",
      "invalid-agent",
    ]);
    expect(failure.message).toContain("agents.yaml:4:15");
    const frame = '> 4 |     category: "prod"';
    expect(failure.message).not.toContain(frame);
    expect(failure.format({ frames: true })).toContain(frame);
  });

  test("lets go of the source when the first load fails", async () => {
    const changes = new Subject<never>();
    const source: RegistrySource = {
      change$: changes,
      read: () => of({ documents: [{ path: "x", content: "" }], issues: [] }),
    };
    await expect(openRegistry(source, quiet)).rejects.toBeInstanceOf(RegistryLoadError);
    expect(changes.observed).toBe(false);
  });

  test("opens empty with required: false, and waits for a good text", async () => {
    const { registry, write } = await openInMemory("agents: [", { required: false });
    expect(registry.snapshot.revision).toBe(0);
    expect(registry.snapshot.agents.size).toBe(0);
    expect(registry.status).toMatchObject({
      inSync: false,
      consecutiveFailures: 1,
      lastSuccess: undefined,
    });
    expect(registry.status.issues[0]?.code).toBe("yaml-syntax");
    expect(await write(registryText(["a"]))).toMatchObject({ type: "applied", revision: 1 });
    expect(registry.status).toMatchObject({ inSync: true, consecutiveFailures: 0, issues: [] });
  });

  test("loads a registry without agents as revision 1", async () => {
    const { registry } = await openInMemory("agents: {}");
    expect(registry.snapshot.revision).toBe(1);
    expect(registry.snapshot.agents.size).toBe(0);
  });

  test("rejects misuse by name", async () => {
    const source = memorySource({ "agents.yaml": "agents: {}" });
    const misuse = (options: object, input: unknown = source) =>
      openRegistry(input as RegistrySource, options);
    await expect(misuse({ debounceMs: -1 })).rejects.toThrow(RangeError);
    await expect(misuse({ debounceMs: NaN })).rejects.toThrow(RangeError);
    await expect(misuse({ debounceMs: "1" })).rejects.toThrow(TypeError);
    await expect(misuse({ maxWaitMs: Infinity })).rejects.toThrow(RangeError);
    await expect(misuse({ debounceMs: 2 ** 31 })).rejects.toThrow(RangeError);
    await expect(misuse({ files: { pollMs: Infinity } }, "a.yaml")).rejects.toThrow(RangeError);
    await expect(misuse({ watch: "no" })).rejects.toThrow(TypeError);
    await expect(misuse({ logger: true })).rejects.toThrow(TypeError);
    await expect(misuse({ logger: null })).rejects.toThrow(TypeError);
    await expect(misuse({ schema: {} })).rejects.toThrow(TypeError);
    await expect(misuse({ files: {} })).rejects.toThrow(TypeError);
    await expect(misuse({ onInvalid: "ignore" })).rejects.toThrow(TypeError);
    await expect(misuse({ guard: true })).rejects.toThrow(TypeError);
    await expect(misuse({ history: "50" })).rejects.toThrow(TypeError);
    for (const history of [-1, 1.5, NaN, Infinity]) {
      await expect(misuse({ history })).rejects.toThrow(RangeError);
    }
    await expect(misuse({}, 42)).rejects.toThrow(TypeError);
    await expect(misuse({}, null)).rejects.toThrow(TypeError);
    await expect(misuse({}, [])).rejects.toThrow(TypeError);
    await expect(misuse({}, "")).rejects.toThrow(TypeError);
    await expect(misuse({}, new URL("ftp://localhost/a"))).rejects.toThrow(TypeError);
    await expect(misuse({ files: { pollMs: 0 } }, "a.yaml")).rejects.toThrow(RangeError);
    await expect(misuse({ files: { maxBytes: "1" } }, "a.yaml")).rejects.toThrow(TypeError);
  });

  test("rejects with the signal's reason when it is aborted before", async () => {
    const reason = new Error("too late");
    const source = memorySource({ "agents.yaml": "agents: {}" });
    const opening = openRegistry(source, { ...quiet, signal: AbortSignal.abort(reason) });
    await expect(opening).rejects.toBe(reason);
  });

  test("rejects with the signal's reason when it is aborted while opening", async () => {
    const controller = new AbortController();
    const changes = new Subject<never>();
    const source: RegistrySource = { change$: changes, read: () => NEVER };
    const opening = openRegistry(source, { ...quiet, signal: controller.signal });
    expect(changes.observed).toBe(true);
    const reason = new Error("changed my mind");
    controller.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(changes.observed).toBe(false);
  });

  test("rejects when the source aborts the signal while it is subscribed or read", async () => {
    for (const where of ["change$", "read"]) {
      const controller = new AbortController();
      const reason = new Error("not any more");
      const abort = () => controller.abort(reason);
      const source: RegistrySource = {
        change$: where === "change$" ? defer(() => (abort(), NEVER)) : NEVER,
        read: () => where === "read" ? (abort(), NEVER) : NEVER,
      };
      const opening = openRegistry(source, { ...quiet, signal: controller.signal });
      await expect(opening).rejects.toBe(reason);
    }
  });

  test("closes when the signal is aborted later", async () => {
    const controller = new AbortController();
    const { registry } = await openInMemory(registryText(["a"]), { signal: controller.signal });
    const closed = firstValueFrom(registry.reload$.pipe(toArray()));
    controller.abort();
    expect(await closed).toEqual([]);
    await expect(registry.reload()).rejects.toThrow("closed");
  });
});

import { AsyncLocalStorage } from "node:async_hooks";
import { map, Subject, timer } from "rxjs";
import { expect, test } from "vitest";
import { openRegistry, type RegistrySource } from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { until } from "../until.ts";

/** A source whose every read gives another agent. */
function sourceOf(change$: RegistrySource["change$"]): RegistrySource {
  let reads = 0;
  return {
    change$,
    read: () =>
      timer(0).pipe(map(() => {
        const content = registryText([`agent${++reads}`]);
        return { documents: [{ path: "x", content }], issues: [] };
      })),
  };
}

test("what a registry does later runs outside the async context that it was opened in", async () => {
  const request = new AsyncLocalStorage<string>();
  const tick$ = timer(5, 5).pipe(map(() => ({ type: "changed", paths: [] } as const)));
  const registry = await request.run(
    "the request that opened it",
    () => openRegistry(sourceOf(tick$), { debounceMs: 0, logger: false }),
  );
  const seen: unknown[] = [];
  registry.onReload(() => seen.push(request.getStore()));
  await until(registry.reload$);
  await request.run("a request that starts it", async () => {
    await registry.stop();
    await registry.start();
  });
  await until(registry.reload$);
  await until(registry.reload$);
  expect(new Set(seen)).toEqual(new Set([undefined]));
  await registry.close();
});

test("a reload runs outside the async context of its caller, who goes on in it", async () => {
  const request = new AsyncLocalStorage<string>();
  const changes = new Subject<never>();
  const registry = await openRegistry(sourceOf(changes), { debounceMs: 0, logger: false });
  const seen: unknown[] = [];
  registry.onReload(() => seen.push(request.getStore()));
  await request.run("a request", async () => {
    await registry.reload();
    expect(request.getStore()).toBe("a request");
  });
  expect(seen).toEqual([undefined]);
  await registry.close();
});

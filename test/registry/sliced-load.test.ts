import { filter, firstValueFrom } from "rxjs";
import { expect, test } from "vitest";
import { memorySource, openRegistry } from "../../mod.ts";
import { registryText } from "../registry-text.ts";

const ids = Array.from({ length: 5_000 }, (_, at) => `agent_${at}`);

function text(owner: string): string {
  return registryText(Object.fromEntries(ids.map((id) => [id, id === ids[0] ? { owner } : {}])));
}

test("a large registry leaves the event loop to others while it is loaded", async () => {
  let turns = 0;
  let loaded = false;
  const take = (): void => {
    turns++;
    if (!loaded) setTimeout(take, 0);
  };
  setTimeout(take, 0);
  const source = memorySource({ "agents.yaml": text("core") });
  await using registry = await openRegistry(source, { watch: false, logger: false });
  loaded = true;
  expect(registry.snapshot.agents.size).toBe(ids.length);
  expect(turns).toBeGreaterThan(1);
});

test("content that comes while an older one is decoded wins in the end", async () => {
  const source = memorySource({ "agents.yaml": text("core") });
  const opening = openRegistry(source, { debounceMs: 0, logger: false });
  setTimeout(() => source.write("agents.yaml", text("crew")), 0);
  await using registry = await opening;
  const newer$ = registry.snapshot$.pipe(
    filter((snapshot) => snapshot.get(ids[0]!)?.owner === "crew"),
  );
  expect((await firstValueFrom(newer$)).agents.size).toBe(ids.length);
});

test("closing drops a load that is under way", async () => {
  const controller = new AbortController();
  const source = memorySource({ "agents.yaml": text("core") });
  const opening = openRegistry(source, { signal: controller.signal, logger: false });
  setTimeout(() => controller.abort(new Error("enough")), 0);
  await expect(opening).rejects.toThrow("enough");
});

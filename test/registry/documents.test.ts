import { describe, expect, test } from "vitest";
import {
  memorySource,
  openRegistry,
  type RegistryOptions,
  type ServedDocuments,
} from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { until } from "../until.ts";

const good = registryText(["alpha"]);
const other = registryText(["alpha", "beta"]);

async function opened(options: RegistryOptions = {}) {
  const source = memorySource({ "a.yaml": good });
  const registry = await openRegistry(source, { logger: false, debounceMs: 0, ...options });
  const said: Record<string, unknown>[] = [];
  const listen = () =>
    registry.documents$.subscribe(({ documents }) => said.push(textsOf(documents)));
  return { source, registry, said, listen };
}

function textsOf(documents: ServedDocuments["documents"]): Record<string, unknown> {
  return Object.fromEntries(documents.map(({ path, content }) => [path, content]));
}

describe("documents$", () => {
  test("gives what is served to whoever comes late, and reads once more for the first of them", async () => {
    const { registry } = await opened();
    await using _ = registry;
    const first = await until(registry.documents$);
    expect(first.revision).toBe(1);
    expect(textsOf(first.documents)).toEqual({ "a.yaml": good });
    const reloads = registry.history.length;
    expect(await until(registry.documents$)).toBe(first);
    expect(registry.history.length).toBe(reloads);
  });

  test("gives no document that was refused", async () => {
    const { source, registry, said, listen } = await opened();
    await using _ = registry;
    listen();
    await until(registry.documents$);
    source.write("a.yaml", "agents: [");
    expect((await registry.reload()).type).toBe("rejected");
    source.write("a.yaml", other);
    await registry.reload();
    expect(said.at(0)).toEqual({ "a.yaml": good });
    expect(said.at(-1)).toEqual({ "a.yaml": other });
    expect(JSON.stringify(said)).not.toContain("agents: [");
  });

  test("gives a document that cannot be read at all as it last could be", async () => {
    const { source, registry } = await opened({ onInvalid: "isolate" });
    await using _ = registry;
    await until(registry.documents$);
    source.write("a.yaml", "agents: [");
    source.write("b.yaml", registryText(["beta"]));
    expect((await registry.reload()).type).toBe("partial");
    const { documents } = await until(registry.documents$);
    expect(textsOf(documents)).toEqual({ "a.yaml": good, "b.yaml": registryText(["beta"]) });
  });

  test("gives nothing while a document is lost that nobody has kept", async () => {
    const { source, registry, said, listen } = await opened({ onInvalid: "isolate" });
    await using _ = registry;
    source.write("a.yaml", "agents: [");
    source.write("b.yaml", registryText(["beta"]));
    await registry.reload();
    listen();
    expect((await registry.reload()).type).toBe("partial");
    expect(said).toEqual([]);
    source.write("a.yaml", good);
    await registry.reload();
    expect(said.at(-1)).toEqual({ "a.yaml": good, "b.yaml": registryText(["beta"]) });
  });

  test("leaves a pinned revision pinned", async () => {
    const { source, registry, said, listen } = await opened();
    await using _ = registry;
    source.write("a.yaml", other);
    await registry.reload();
    await registry.rollback(1);
    listen();
    expect(registry.status.pinned).toBe(1);
    expect(said).toEqual([]);
    await registry.unpin();
    expect(said.at(-1)).toEqual({ "a.yaml": other });
  });

  test("gives nothing while a touched file keeps a revision pinned", async () => {
    const { source, registry, said, listen } = await opened();
    await using _ = registry;
    listen();
    source.write("a.yaml", other);
    await registry.reload();
    await registry.rollback(1);
    const before = said.length;
    const touched = until(registry.reload$, ({ cause }) => cause === "change");
    source.write("a.yaml", `# touched\n${other}`);
    expect((await touched).type).toBe("unchanged");
    expect(registry.status.pinned).toBe(1);
    expect(said.slice(before)).toEqual([]);
  });

  test("completes when the registry is closed", async () => {
    const { registry } = await opened();
    let completed = false;
    registry.documents$.subscribe({ complete: () => completed = true });
    await registry.close();
    expect(completed).toBe(true);
  });
});

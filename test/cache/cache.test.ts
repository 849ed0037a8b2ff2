import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { NEVER, of } from "rxjs";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type Agent,
  type AgentRegistry,
  memorySource,
  openRegistry,
  type RegistryInput,
  RegistryLoadError,
  type RegistryOptions,
  type RegistrySource,
} from "../../mod.ts";
import { encodeRecord } from "../../src/cache/cache-record.ts";
import { oneModule } from "../one-module.ts";
import { registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";
import { until } from "../until.ts";

/** A directory with a registry file, which a process before has loaded when it held `text`. */
async function place(text: string, options: RegistryOptions = {}) {
  const directory = tempDir();
  const file = join(directory, "agents.yaml");
  const cache = join(directory, "cache");
  writeFileSync(file, text);
  const before = await open(file, { cache, ...options });
  await before.close();
  return { directory, file, cache };
}

async function open(input: RegistryInput, options: RegistryOptions): Promise<AgentRegistry<Agent>> {
  const quick: RegistryOptions = { debounceMs: 20, logger: false, ...options };
  const registry = await openRegistry(input, quick);
  onTestFinished(() => registry.close());
  return registry;
}

function idsOf({ snapshot }: AgentRegistry<Agent>): string {
  return [...snapshot.agents.keys()].join("");
}

function codesOf({ status }: AgentRegistry<Agent>): string[] {
  return status.issues.map(({ code }) => code);
}

describe("with a broken source at start", () => {
  test("the registry opens from the cache, and says so", async () => {
    const { file, cache } = await place(registryText(["a", "b"]));
    writeFileSync(file, "agents: [");
    const registry = await open(file, { cache });
    expect(idsOf(registry)).toBe("ab");
    expect(registry.agent("a").owner).toBe("core");
    const { status } = registry;
    expect(status).toMatchObject({ revision: 1, inSync: false, lastSuccess: undefined });
    expect(status.lastReload).toMatchObject({
      type: "rejected",
      cause: "initial",
      success: false,
      revision: 1,
      agentsCount: 2,
      issues: [{ code: "yaml-syntax", path: file }, { code: "cache-used", path: cache }],
    });
    expect(status.issues).toEqual(
      status.lastReload?.type === "rejected" && status.lastReload.issues,
    );
    expect(status.issues[1]?.message).toMatch(
      /^Serving the last good version from the cache, saved on \d{4}-\d\d-\d\dT/,
    );
  });

  test("a file that is missing is no other", async () => {
    const { file, cache } = await place(registryText(["a"]));
    rmSync(file);
    const registry = await open(file, { cache });
    expect(idsOf(registry)).toBe("a");
    expect(codesOf(registry)).toEqual(["file-missing", "cache-used"]);
  });

  test("the warning stays while the file is broken, and ends when it is good", async () => {
    const { file, cache } = await place(registryText(["a", "b"]));
    writeFileSync(file, "agents: [");
    const registry = await open(file, { cache });
    const before = registry.snapshot;
    expect(await registry.reload()).toMatchObject({ type: "rejected", revision: 1 });
    expect(codesOf(registry)).toEqual(["yaml-syntax", "cache-used"]);
    const event = until(registry.reload$, ({ success }) => success);
    writeFileSync(file, registryText(["b", "c"]));
    expect(await event).toMatchObject({
      type: "applied",
      revision: 2,
      changes: { added: ["c"], updated: [], removed: ["a"] },
    });
    expect(registry.snapshot.get("b")).toBe(before.get("b"));
    expect(registry.status).toMatchObject({ inSync: true, issues: [] });
  });

  test("a file that becomes what was kept is in sync without a new revision", async () => {
    const text = registryText(["a"]);
    const { file, cache } = await place(text);
    writeFileSync(file, "");
    const registry = await open(file, { cache });
    const event = until(registry.reload$, ({ success }) => success);
    writeFileSync(file, `# again\n${text}`);
    expect(await event).toMatchObject({ type: "unchanged", revision: 1 });
    expect(registry.status).toMatchObject({ inSync: true, issues: [] });
  });

  test("the cache is left as it is", async () => {
    const { file, cache } = await place(registryText(["a"]));
    writeFileSync(file, "agents: [");
    const kept = readFileSync(cache, "utf8");
    await (await open(file, { cache })).close();
    expect(readFileSync(cache, "utf8")).toBe(kept);
    expect(readFileSync(file, "utf8")).toBe("agents: [");
  });

  test("what a guard refuses at start is made up for too", async () => {
    const { file, cache } = await place(registryText(["a", "b"]));
    writeFileSync(file, registryText(["a"]));
    const guard: RegistryOptions["guard"] = ({ agents }) => agents.size > 1 || "Too few agents";
    const registry = await open(file, { cache, guard });
    expect(idsOf(registry)).toBe("ab");
    expect(codesOf(registry)).toEqual(["guard", "cache-used"]);
  });

  test("nothing kept yet, a guard is asked once", async () => {
    const cache = join(tempDir(), "cache");
    let asked = 0;
    const guard: RegistryOptions["guard"] = () => `No, for the ${++asked}. time`;
    const source = memorySource({ "a.yaml": registryText(["a"]) });
    const registry = await open(source, { cache, guard, required: false });
    expect(codesOf(registry)).toEqual(["guard"]);
    expect(asked).toBe(1);
  });

  test("single agents are kept from the cache when the rest is good (isolate)", async () => {
    const directory = tempDir();
    const [one, two] = [join(directory, "one.yaml"), join(directory, "two.yaml")];
    const options = { cache: join(directory, "cache"), onInvalid: "isolate" } as const;
    writeFileSync(one, registryText(["a", "b"]));
    writeFileSync(two, registryText(["c", "d"]));
    await (await open([one, two], options)).close();

    writeFileSync(one, registryText({ a: { owner: "crew" }, b: { owner: 7 } }));
    rmSync(two);
    const registry = await open([one, two], options);
    const { snapshot, status } = registry;
    expect([...snapshot.agents].map(([id, { owner }]) => `${id} ${owner}`)).toEqual([
      "a crew",
      "b core",
      "c core",
      "d core",
    ]);
    expect([...snapshot.stale.keys()]).toEqual(["b", "c", "d"]);
    expect(status.lastReload).toMatchObject({
      type: "partial",
      revision: 1,
      changes: { added: ["a", "b", "c", "d"], updated: [] },
    });
    expect(codesOf(registry)).toEqual(["file-missing", "invalid-agent", "cache-used"]);
    expect(await registry.reload()).toMatchObject({ type: "partial", revision: 1 });
    expect(codesOf(registry)).toContain("cache-used");
    writeFileSync(two, registryText(["d"]));
    writeFileSync(one, registryText(["b"]));
    await until(registry.status$, ({ inSync }) => inSync);
    expect(idsOf(registry)).toBe("bd");
    expect(codesOf(registry)).toEqual([]);
  });

  test("files that are all lost come back one by one (isolate)", async () => {
    const directory = tempDir();
    const [one, two] = [join(directory, "one.yaml"), join(directory, "two.yaml")];
    const options = { cache: join(directory, "cache"), onInvalid: "isolate" } as const;
    writeFileSync(one, registryText(["a"]));
    writeFileSync(two, registryText(["b"]));
    await (await open([one, two], options)).close();
    rmSync(one);
    rmSync(two);
    const registry = await open([one, two], options);
    expect(registry.status.lastReload?.type).toBe("rejected");
    expect(idsOf(registry)).toBe("ab");
    const event = until(registry.reload$, ({ type }) => type === "partial");
    writeFileSync(one, registryText({ a: { owner: "crew" } }));
    expect(await event).toMatchObject({ changes: { updated: ["a"], removed: [] } });
    expect(idsOf(registry)).toBe("ab");
    expect([...registry.snapshot.stale.keys()]).toEqual(["b"]);
  });

  test("nothing kept yet, it throws as ever, and keeps nothing", async () => {
    const directory = tempDir();
    const file = join(directory, "agents.yaml");
    writeFileSync(file, "agents: [");
    const cache = join(directory, "cache");
    const failure = await open(file, { cache }).catch((error) => error);
    expect(failure).toBeInstanceOf(RegistryLoadError);
    expect(failure.issues).toMatchObject([{ code: "yaml-syntax" }]);
    expect(readdirSync(directory)).toEqual(["agents.yaml"]);
  });
});

describe("a cache that cannot be used", () => {
  test.each([
    ["corrupt", "not a cache", "cache-corrupt"],
    ["empty", "", "cache-corrupt"],
  ])("because it is %s is a warning beside the errors", async (_, text, code) => {
    const { file, cache } = await place(registryText(["a"]));
    writeFileSync(file, "agents: [");
    writeFileSync(cache, text);
    const failure = await open(file, { cache }).catch((error) => error);
    expect(failure.issues).toMatchObject([{ code: "yaml-syntax" }, { code, severity: "warning" }]);
    const registry = await open(file, { cache, required: false });
    expect(registry.snapshot.revision).toBe(0);
    expect(codesOf(registry)).toEqual(["yaml-syntax", code]);
  });

  test("because a byte of it has flipped is a warning", async () => {
    const { file, cache } = await place(registryText(["a"]));
    const bytes = readFileSync(cache);
    bytes[bytes.indexOf("core")]! ^= 4;
    writeFileSync(cache, bytes);
    writeFileSync(file, "agents: [");
    const registry = await open(file, { cache, required: false });
    expect(codesOf(registry)).toEqual(["yaml-syntax", "cache-corrupt"]);
  });

  test("because it belongs to another file is a warning, until it is written", async () => {
    const { directory, cache } = await place(registryText(["a"]));
    const other = join(directory, "other.yaml");
    writeFileSync(other, "agents: [");
    const registry = await open(other, { cache, required: false });
    expect(codesOf(registry)).toEqual(["yaml-syntax", "cache-foreign"]);
    expect(registry.snapshot.agents.size).toBe(0);
    writeFileSync(other, registryText(["b"]));
    await until(registry.status$, ({ inSync }) => inSync);
    expect(codesOf(registry)).toEqual([]);
    await registry.close();
    expect(JSON.parse(readFileSync(cache, "utf8")).input).toBe(other);
  });

  test("because the options ask for something else is a warning", async () => {
    const { file, cache } = await place(registryText(["a"]));
    writeFileSync(file, "agents: [");
    const kept = JSON.parse(readFileSync(cache, "utf8"));
    const documents = [{ path: file, content: registryText({ a: { owner: 7 } }) }];

    writeFileSync(cache, encodeRecord({ input: kept.input, savedAt: new Date(0), documents }));
    const registry = await open(file, { cache, required: false });
    expect(codesOf(registry)).toEqual(["yaml-syntax", "cache-foreign"]);
    expect(registry.status.issues[1]?.message).toContain("it has 1 problem");
  });

  test("because its directory cannot be made is a warning while the registry follows its file", async () => {
    const directory = tempDir();
    const file = join(directory, "agents.yaml");
    writeFileSync(file, registryText(["a"]));
    writeFileSync(join(directory, "no"), "a file in the place of the directory");
    const registry = await open(file, { cache: join(directory, "no", "cache") });
    await until(registry.status$, ({ issues }) => issues.length > 0);
    expect(registry.status).toMatchObject({ inSync: true, issues: [{ code: "cache-failed" }] });
    rmSync(join(directory, "no"));
    await registry.reload();
    await until(registry.status$, ({ issues }) => issues.length === 0);
    expect(readdirSync(join(directory, "no"))).toEqual(["cache"]);
  });

  test("because it cannot be read is a warning", async () => {
    const { file, cache } = await place(registryText(["a"]));
    writeFileSync(file, "agents: [");
    rmSync(cache);
    mkdirSync(cache);
    const registry = await open(file, { cache, required: false });
    expect(codesOf(registry)).toEqual(["yaml-syntax", "cache-failed"]);
    expect(registry.status.issues[1]?.message).toMatch(
      /^The cache cannot be read: it is not a regular file/,
    );
  });
});

describe("what is kept", () => {
  test("is what was applied last, and is written before close resolves", async () => {
    const { file, cache } = await place(registryText(["a"]));
    const registry = await open(file, { cache });
    const applied = until(registry.reload$, ({ type }) => type === "applied");
    writeFileSync(file, registryText(["a", "b"]));
    await applied;
    const rejected = until(registry.reload$, ({ type }) => type === "rejected");
    writeFileSync(file, registryText({ a: { owner: 7 } }));
    await rejected;
    await registry.close();
    expect(JSON.parse(readFileSync(cache, "utf8")).documents).toEqual([
      { path: file, content: registryText(["a", "b"]) },
    ]);
    expect(statSync(cache).mode & 0o777).toBe(0o600);
    writeFileSync(file, "agents: [");
    expect(idsOf(await open(file, { cache }))).toBe("ab");
  });

  test("is not read while the source is good", async () => {
    const { file, cache } = await place(registryText(["a"]));
    writeFileSync(cache, "not a cache");
    const registry = await open(file, { cache });
    expect(registry.status.lastReload).toMatchObject({ type: "applied" });
    await until(registry.status$, ({ issues }) => issues.length > 0);
    expect(registry.status.issues[0]?.message).toContain("something else than a cache");
    expect(readFileSync(cache, "utf8")).toBe("not a cache");
  });

  test("is never put in place of the registry's own file", async () => {
    const { file } = await place(registryText(["a"]));
    const registry = await open(file, { cache: file });
    await until(registry.status$, ({ issues }) => issues.length > 0);
    await registry.close();
    expect(readFileSync(file, "utf8")).toBe(registryText(["a"]));
  });

  test("stays what the files said while a revision is pinned", async () => {
    const { file, cache } = await place(registryText(["a"]));
    const registry = await open(file, { cache });
    const applied = until(registry.reload$, ({ type }) => type === "applied");
    writeFileSync(file, registryText(["b"]));
    await applied;
    await registry.rollback(1);
    await registry.close();
    expect(readFileSync(cache, "utf8")).not.toContain("  a:");
  });

  test("also comes from memory, and from a source by its name", async () => {
    const cache = join(tempDir(), "cache");
    const first = await open(memorySource({ "x.yaml": registryText(["a"]) }), { cache });
    await first.close();
    expect(idsOf(await open(memorySource({ "x.yaml": "agents: [" }), { cache }))).toBe("a");

    const named = (name: string, content: string): RegistrySource => ({
      name,
      change$: NEVER,
      read: () => of({ documents: [{ path: "x", content }], issues: [] }),
    });
    await (await open(named("one", registryText(["b"])), { cache })).close();
    expect(idsOf(await open(named("one", ""), { cache }))).toBe("b");
    const other = await open(named("two", ""), { cache, required: false });
    expect(codesOf(other)).toContain("cache-foreign");
  });

  test("is nothing without the option", async () => {
    const directory = tempDir();
    writeFileSync(join(directory, "agents.yaml"), registryText(["a"]));
    await (await open(join(directory, "agents.yaml"), {})).close();
    expect(readdirSync(directory)).toEqual(["agents.yaml"]);
  });
});

test("the option cache takes a path or a file: URL", async () => {
  for (const cache of ["", 7, null, new URL("http://localhost/cache")]) {
    const options = { cache, logger: false } as RegistryOptions;
    await expect(openRegistry(memorySource({}), options)).rejects.toThrow(TypeError);
  }
});

describe("between the runtimes", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const bin = join(root, "node_modules/.bin");
  const runtimes: Readonly<Record<string, readonly string[]>> = {
    node: ["node", "--input-type=module", "-"],
    deno: [join(bin, "deno"), "run", "-A", "--no-check", "-"],
    bun: [join(bin, "bun"), "run", "-"],
  };
  // Bun puts itself in the place of Node for its children.
  const PATH = process.env["PATH"]?.split(":").filter((path) => !path.includes("bun-node"))
    .join(":");
  const mod = JSON.stringify(new URL("../../mod.ts", import.meta.url).href);
  const run = async (name: string, file: string, cache: string): Promise<string> => {
    const [command = "", ...args] = runtimes[name] ?? [];
    const code = `
      const { openRegistry } = await import(${mod});
      const options = { cache: ${JSON.stringify(cache)}, logger: false };
      const registry = await openRegistry(${JSON.stringify(file)}, options);
      await registry.close();
      console.log([...registry.snapshot.agents.keys()].join(" "), registry.status.inSync);`;
    const input = name === "node" ? await oneModule(code) : code;
    const options = { cwd: root, input, encoding: "utf8", env: { ...process.env, PATH } } as const;
    const { stdout, stderr } = spawnSync("/usr/bin/env", [command, ...args], options);
    return stdout.trim() || stderr;
  };

  test.each(Object.keys(runtimes))("%s and this one read each other's cache", async (other) => {
    const { file, cache } = await place(registryText({ a: {}, ü: { owner: "Zoë \u{1f980}" } }));
    const whole = readFileSync(file, "utf8");
    writeFileSync(file, "agents: [");
    expect(await run(other, file, cache)).toBe("a ü false");

    writeFileSync(file, whole.replace("  a:", "  b:"));
    expect(await run(other, file, cache)).toBe("b ü true");
    writeFileSync(file, "agents: [");
    const registry = await open(file, { cache });
    expect(idsOf(registry)).toBe("bü");
    expect(registry.agent("ü").owner).toBe("Zoë \u{1f980}");
  }, 30_000);
});

import { Type } from "@sinclair/typebox";
import { describe, expect, test } from "vitest";
import {
  type AgentSchema,
  AnyAgentSchema,
  checkRegistry,
  maxRemoved,
  memorySource,
  openRegistry,
  RegistryLoadError,
  type RegistryOptions,
  type SchemaOption,
} from "../../mod.ts";
import { run } from "../run-program.ts";
import { registryText } from "../registry-text.ts";

const two = registryText(["a", "b"]);
const halfBroken = registryText({ a: {}, b: { category: "nope", dependencies: ["none"] }, c: {} });

/** What opening the same documents comes to. */
async function opening(
  documents: Readonly<Record<string, string>>,
  options: RegistryOptions<SchemaOption>,
) {
  const source = memorySource(documents);
  const all = { ...options, watch: false, logger: false } as const;
  try {
    await using registry = await openRegistry(source, all);
    const { snapshot, status } = registry;
    return { snapshot, issues: [...status.issues, ...snapshot.warnings] };
  } catch (error) {
    if (!(error instanceof RegistryLoadError)) throw error;
    return { snapshot: undefined, issues: error.issues };
  }
}

describe("checkRegistry gives what opening would give", () => {
  test.each<[string, Readonly<Record<string, string>>, RegistryOptions<SchemaOption>]>([
    ["good documents", { "a.yaml": two, "b.json": '{"agents": {}}' }, {}],
    ["an invalid agent", { "a.yaml": halfBroken }, {}],
    ["an invalid agent, isolated", { "a.yaml": halfBroken }, { onInvalid: "isolate" }],
    ["no YAML", { "a.yaml": "agents: [" }, {}],
    ["no document", {}, {}],
    ["two agents of one id", { "a.yaml": two, "b.yaml": two }, {}],
    ["two agents of one id, the last counts", { "a.yaml": two, "b.yaml": two }, {
      duplicates: "last",
    }],
    ["Markdown", { "ops/a.md": "---\nx: 1\n---\nDo it." }, { schema: AnyAgentSchema }],
    ["a layout", { "x.yaml": "crew: [{slug: a}, {slug: b}]" }, {
      schema: AnyAgentSchema,
      at: "crew",
      id: "slug",
    }],
    ["variables", { "x.yaml": "agents: {a: {x: '${X} ${Y:-y}'}}" }, {
      schema: AnyAgentSchema,
      variables: { X: "x" },
    }],
    ["a variable that there is not", { "x.yaml": "agents: {a: {x: '${X}'}}" }, {
      schema: AnyAgentSchema,
      variables: () => undefined,
    }],
    ["a guard that is content", { "a.yaml": two }, { guard: maxRemoved(0) }],
    ["a guard that refuses", { "a.yaml": two }, { guard: () => Promise.resolve("not today") }],
    ["a schema that misses something", { "a.yaml": two }, {
      schema: Type.Object({ key: Type.String() }),
    }],
  ])("for %s", async (_, documents, options) => {
    const { ok, agents, snapshot, issues } = await checkRegistry(documents, options);
    const opened = await opening(documents, options);
    expect(issues.filter(({ severity }) => severity === "error")).toEqual(
      opened.issues.filter(({ severity }) => severity === "error"),
    );
    expect(ok).toBe(!opened.issues.some(({ severity }) => severity === "error"));
    expect([...agents]).toEqual([...opened.snapshot?.agents ?? []]);
    expect(snapshot.revision).toBe(opened.snapshot?.revision ?? 0);
    expect([...snapshot.origins]).toEqual([...opened.snapshot?.origins ?? []]);
    if (opened.snapshot !== undefined) expect(issues).toEqual(opened.issues);
  });

  test("warnings come after the errors, also when the documents are refused", async () => {
    const { ok, issues } = await checkRegistry({
      "a.yaml": registryText({ a: { dependencies: ["none"] }, b: { category: "nope" } }),
    });
    expect(ok).toBe(false);
    expect(issues.map(({ code }) => code)).toEqual(["invalid-agent", "unknown-reference"]);
    expect(String(issues[0])).toMatch(/^a\.yaml:\d+:15 error invalid-agent: Agent "b"/);
  });
});

test("checkRegistry takes documents as a list, in its order, and bytes", async () => {
  const content = new TextEncoder().encode("agents: {b: {}}");
  const { agents } = await checkRegistry([{ path: "2.yaml", content }, {
    path: "1.yaml",
    content: "agents: {a: {}}",
  }], { schema: AnyAgentSchema });
  expect([...agents.keys()]).toEqual(["b", "a"]);
});

test("checkRegistry takes the options of openRegistry, and refuses what is none", async () => {
  const options: RegistryOptions<typeof AgentSchema> = {
    watch: true,
    debounceMs: 10,
    history: 3,
    required: true,
    cache: "/nowhere/at/all",
    logger: console,
    signal: AbortSignal.abort(),
    files: { pollMs: 10 },
  };
  expect((await checkRegistry({ "a.yaml": two }, options)).ok).toBe(true);
  await expect(checkRegistry({}, { onInvald: "isolate" } as never)).rejects.toThrow(
    'Unknown option "onInvald": did you mean "onInvalid"?',
  );
  await expect(checkRegistry({}, { schema: 5 as never })).rejects.toThrow(TypeError);
});

test.each([["agents: {}"], [undefined], [null], [{ "a.yaml": 5 }], [[{ path: "a" }]], [["a"]]])(
  "checkRegistry refuses %j as documents",
  async (documents) => {
    await expect(checkRegistry(documents as never)).rejects.toThrow(
      /^Expected documents to be texts or bytes by their paths, or a list of \{ path, content \}, got /,
    );
  },
);

test("checkRegistry leaves nothing that keeps a process", async () => {
  const url = new URL("../../src/registry/check-registry.ts", import.meta.url).href;
  const ended = await run(`
    import { checkRegistry } from ${JSON.stringify(url)};
    const { ok, issues } = await checkRegistry({ "a.yaml": "agents: [" });
    console.log(ok, issues.length > 0);
  `);
  expect(ended).toEqual({ exitCode: 0, stdout: "false true\n", stderr: "" });
}, 30_000);

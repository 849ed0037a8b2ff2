import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as z from "zod";
import {
  AnyAgentSchema,
  memorySource,
  openRegistry,
  RegistryLoadError,
  registryState$,
  type SchemaOption,
} from "../../mod.ts";

const quiet = { debounceMs: 0, logger: false } as const;
const text = (name: string, note = "") => `
agents:
  planner:
    name: ${name}
    since: "2026-01-31" ${note}
  critic:
    name: Critic
    since: "2026-02-01"
`;

const zodSchema = z.object({
  name: z.string().transform((name) => ({ short: name.slice(0, 4), long: name })),
  since: z.coerce.date(),
});
const valibotSchema = v.object({
  name: v.pipe(v.string(), v.transform((name) => ({ short: name.slice(0, 4), long: name }))),
  since: v.pipe(v.string(), v.transform((day) => new Date(day)), v.date()),
});
const arktypeSchema = type({
  name: type("string").pipe((name) => ({ short: name.slice(0, 4), long: name })),
  since: "string.date.parse",
});

describe.each([
  ["zod", zodSchema],
  ["valibot", valibotSchema],
  ["arktype", arktypeSchema],
])("openRegistry with a schema of %s", (_, schema) => {
  const open = async () => {
    const source = memorySource({ "agents.yaml": text("Planner") });
    const registry = await openRegistry(source, { ...quiet, schema });
    return { source, registry };
  };

  test("serves what the schema gives, with its type", async () => {
    const { registry } = await open();
    await using _ = registry;
    const planner = registry.agent("planner");
    expectTypeOf(planner.id).toEqualTypeOf<string>();
    expectTypeOf(planner.name.short).toEqualTypeOf<string>();
    expectTypeOf(planner.since).toEqualTypeOf<Date>();
    expect(planner).toEqual({
      id: "planner",
      name: { short: "Plan", long: "Planner" },
      since: new Date("2026-01-31"),
    });
    expect(() => planner.since.setTime(0)).toThrow(TypeError);
    expect(registry.snapshot.list({ since: new Date("2026-02-01") })).toEqual([
      registry.agent("critic"),
    ]);
  });

  test("keeps agents that mean the same, though they were validated again", async () => {
    const { source, registry } = await open();
    await using _ = registry;
    const before = registry.snapshot;
    source.write("agents.yaml", text("Planner", "# still"));
    expect(await registry.reload()).toMatchObject({ type: "unchanged" });
    expect(registry.snapshot).toBe(before);
    source.write("agents.yaml", text("Other"));
    expect(await registry.reload()).toMatchObject({ changes: { updated: ["planner"] } });
    expect(registry.agent("critic")).toBe(before.get("critic"));
    // An anchor makes the file be read as a whole.
    source.write("agents.yaml", `x: &x 1\ny: *x\n${text("Other")}`);
    const event = await registry.reload();
    expect(event).toMatchObject({ type: "applied", changes: { added: [], updated: [] } });
    expect(registry.agent("critic")).toBe(before.get("critic"));
  });

  test("keeps the last good agents when one is refused", async () => {
    const { source, registry } = await open();
    await using _ = registry;
    const before = registry.snapshot;
    source.write("agents.yaml", text("5"));
    expect(await registry.reload()).toMatchObject({
      type: "rejected",
      issues: [{ code: "invalid-agent", line: 4, column: 11, pointer: "/agents/planner/name" }],
    });
    expect(registry.snapshot).toBe(before);
  });
});

test("openRegistry refuses a registry whose schema answers later", async () => {
  const schema = z.object({ name: z.string().refine(() => Promise.resolve(true)) });
  const failure = await openRegistry(memorySource({ "agents.yaml": text("A") }), {
    ...quiet,
    schema,
  }).catch((error) => error);
  expect(failure).toBeInstanceOf(RegistryLoadError);
  expect(failure.issues[0]).toMatchObject({ code: "invalid-agent", line: 3, column: 3 });
  expect(failure.message).toContain("take out what is asynchronous");
});

test.each<unknown>([{}, "object", () => true])("%s is no schema", async (value) => {
  const schema = value as SchemaOption;
  await expect(openRegistry(memorySource(), { ...quiet, schema })).rejects.toThrow(TypeError);
  expect(() => registryState$(memorySource(), { ...quiet, schema })).toThrow(TypeError);
});

test("AnyAgentSchema takes whatever is a map", async () => {
  const source = memorySource({ "agents.yaml": "agents: { a: {}, b: { id: b, x: { y: [1] } } }" });
  await using registry = await openRegistry(source, { ...quiet, schema: AnyAgentSchema });
  const agents = [...registry.snapshot.agents.values()];
  expect(agents).toEqual([{ id: "a" }, { id: "b", x: { y: [1] } }]);
  source.write("agents.yaml", "agents: { a: text }");
  expect(await registry.reload()).toMatchObject({ type: "rejected" });
});

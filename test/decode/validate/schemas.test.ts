import { Type } from "@sinclair/typebox";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createDecoder, createFullDecoder } from "../sync-decoder.ts";
import type { SchemaOption } from "../../../src/model/agent/agent-of.ts";
import type { Issue } from "../../../src/model/report/issue.ts";

// The same contract, in the words of four libraries.
const schemas: Readonly<Record<string, SchemaOption>> = {
  TypeBox: Type.Object({
    name: Type.String({ minLength: 1 }),
    retries: Type.Integer({ minimum: 0, default: 3 }),
    tags: Type.Optional(Type.Array(Type.String())),
    model: Type.Optional(Type.Object({
      provider: Type.Union([Type.Literal("local"), Type.Literal("cloud")]),
      temperature: Type.Number({ minimum: 0, maximum: 1 }),
    })),
  }),
  zod: z.object({
    name: z.string().min(1),
    retries: z.int().min(0).default(3),
    tags: z.array(z.string()).optional(),
    model: z.object({
      provider: z.enum(["local", "cloud"]),
      temperature: z.number().min(0).max(1),
    }).optional(),
  }),
  valibot: v.object({
    name: v.pipe(v.string(), v.nonEmpty()),
    retries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 3),
    tags: v.optional(v.array(v.string())),
    model: v.optional(v.object({
      provider: v.picklist(["local", "cloud"]),
      temperature: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    })),
  }),
  arktype: type({
    name: "string > 0",
    retries: "number.integer >= 0 = 3",
    "tags?": "string[]",
    "model?": { provider: "'local' | 'cloud'", temperature: "0 <= number <= 1" },
  }),
};

function decode(schema: SchemaOption, content: string) {
  const reading = { documents: [{ path: "agents.yaml", content }], issues: [] };
  const decoded = createDecoder<{ id: string }>(schema)(reading);
  const whole = createFullDecoder<{ id: string }>(schema)(reading);
  expect([...decoded.agents]).toEqual([...whole.agents]);
  expect(decoded.errors).toEqual(whole.errors);
  return decoded;
}

const place = ({ code, line, column, pointer }: Issue) => [code, line, column, pointer];
const byPointer = (issues: readonly Issue[]) =>
  issues.map(place).toSorted((a, b) => String(a[3]) < String(b[3]) ? -1 : 1);

describe.each(Object.entries(schemas))("a schema of %s", (_, schema) => {
  test.each<[string, readonly (readonly unknown[])[]]>([
    ["retries: 1", [["missing-field", 4, 3, "/agents/a/name"]]],
    ["name: 5", [["invalid-agent", 5, 11, "/agents/a/name"]]],
    ["name: ''", [["invalid-agent", 5, 11, "/agents/a/name"]]],
    ["name:", [["invalid-agent", 5, 10, "/agents/a/name"]]],
    ["name: A\n    retries: -1", [["invalid-agent", 6, 14, "/agents/a/retries"]]],
    ["name: A\n    retries: 1.5", [["invalid-agent", 6, 14, "/agents/a/retries"]]],
    ["name: A\n    retries: many", [["invalid-agent", 6, 14, "/agents/a/retries"]]],
    ["name: A\n    tags: text", [["invalid-agent", 6, 11, "/agents/a/tags"]]],
    ["name: A\n    tags: [x, 5, y]", [["invalid-agent", 6, 15, "/agents/a/tags/1"]]],
    ["name: A\n    tags:\n      - x\n      - {}", [["invalid-agent", 8, 9, "/agents/a/tags/1"]]],
    ["name: A\n    model: text", [["invalid-agent", 6, 12, "/agents/a/model"]]],
    ["name: A\n    model: {}", [
      ["missing-field", 6, 12, "/agents/a/model/provider"],
      ["missing-field", 6, 12, "/agents/a/model/temperature"],
    ]],
    ["name: A\n    model:\n      provider: cluod\n      temperature: 2", [
      ["invalid-agent", 7, 17, "/agents/a/model/provider"],
      ["invalid-agent", 8, 20, "/agents/a/model/temperature"],
    ]],
    ["tags: [1]", [
      ["missing-field", 4, 3, "/agents/a/name"],
      ["invalid-agent", 5, 12, "/agents/a/tags/0"],
    ]],
  ])("places what is wrong with %j", (fields, expected) => {
    const text = `agents:\n  good:\n    name: Good\n  a:\n    ${fields}\n`;
    const { agents, errors } = decode(schema, text);
    expect(byPointer(errors)).toEqual(expected);
    expect([...agents.keys()]).toEqual(["good"]);
    for (const { message, frame, pointer = "" } of errors) {
      expect(message).toMatch(/^Agent "a": /);
      expect(message).toContain(`"${pointer.replace("/agents/a/", "").replaceAll("/", ".")}"`);
      expect(frame).toContain("^");
    }
  });

  test("makes agents with their id, defaults filled in, frozen to the bottom", () => {
    const text = `agents:
  a:
    name: A
    tags: [x]
    model:
      provider: local
      temperature: 0.5
  7:
    id: 7
    name: Seven
    retries: 0
`;
    const { agents, errors, warnings } = decode(schema, text);
    expect([...errors, ...warnings]).toEqual([]);
    const model = { provider: "local", temperature: 0.5 };
    expect([...agents.values()]).toEqual([
      { id: "a", name: "A", retries: 3, tags: ["x"], model },
      { id: "7", name: "Seven", retries: 0 },
    ]);
    expect(agents.get("a")).toSatisfy(isDeeplyFrozen);
    expect(Object.keys(agents.get("a")!)[0]).toBe("id");
  });

  test("warns of an id that differs, and refuses what is no map", () => {
    const { errors, warnings } = decode(schema, "agents:\n  a:\n    id: b\n    name: A\n");
    expect(errors).toEqual([]);
    expect(warnings.map(place)).toEqual([["id-mismatch", 3, 9, "/agents/a/id"]]);
    const text = decode(schema, "agents:\n  a: text\n");
    expect(text.errors.map(place)).toEqual([["invalid-agent", 2, 3, "/agents/a"]]);
  });
});

test("messages of a Standard Schema say where, and what was found", () => {
  const messages = (schema: SchemaOption, fields: string) =>
    decode(schema, `agents:\n  a:\n    ${fields}\n`).errors.map(({ message }) => message);
  expect(messages(schemas["zod"]!, "name: 5")).toEqual([
    'Agent "a": Invalid input: expected string, received number at "name", found the number 5',
  ]);
  expect(messages(schemas["valibot"]!, "name: A\n    tags: [x, 5]")).toEqual([
    'Agent "a": Invalid type: Expected string but received 5 at "tags.1", found the number 5',
  ]);
  expect(messages(schemas["arktype"]!, "retries: 1")).toEqual([
    'Agent "a": missing required field "name": name must be a string (was missing)',
  ]);
  const named = z.object({ name: z.string().regex(/^[A-Z]/, "Start it with a capital.\n") });
  expect(messages(named, "name: planner")).toEqual([
    'Agent "a": Start it with a capital at "name", found "planner"',
  ]);
});

describe("fields that a schema does not know", () => {
  const text = "agents:\n  a:\n    name: A\n    more: 1\n";
  test.each<[string, SchemaOption, object]>([
    ["kept by TypeBox", schemas["TypeBox"]!, { more: 1 }],
    ["left out by zod", z.object({ name: z.string() }), {}],
    ["kept by zod's looseObject", z.looseObject({ name: z.string() }), { more: 1 }],
    ["left out by valibot", v.object({ name: v.string() }), {}],
    ["kept by valibot's looseObject", v.looseObject({ name: v.string() }), { more: 1 }],
    ["kept by arktype", type({ name: "string" }), { more: 1 }],
    ["left out by arktype when told", type({ "+": "delete", name: "string" }), {}],
  ])("are %s", (_, schema, more) => {
    const { retries: _retries, ...agent } = decode(schema, text).agents.get("a") as
      & { id: string }
      & Record<string, unknown>;
    expect(agent).toEqual({ id: "a", name: "A", ...more });
  });

  test.each<[string, SchemaOption, readonly unknown[]]>([
    ["TypeBox", Type.Object({ name: Type.String() }, { additionalProperties: false }), [4, 11]],
    // It names the fields in its message only.
    ["zod", z.strictObject({ name: z.string() }), [2, 3]],
    ["valibot", v.strictObject({ name: v.string() }), [4, 11]],
    ["arktype", type({ "+": "reject", name: "string" }), [4, 11]],
  ])("are refused by a strict schema of %s, which does not mind the id", (_, schema, where) => {
    const { errors } = decode(schema, text);
    expect(errors.map(({ code, line, column }) => [code, line, column])).toEqual([
      ["invalid-agent", ...where],
    ]);
    expect(errors[0]?.message).toContain("more");
    expect(decode(schema, "agents:\n  a:\n    name: A\n").errors).toEqual([]);
  });
});

describe("a schema that knows an id gets the registry's", () => {
  const name = "A";
  test.each<[string, SchemaOption]>([
    ["TypeBox", Type.Object({ id: Type.String({ pattern: "^[a-z]+$" }), name: Type.String() })],
    ["zod", z.strictObject({ id: z.string().regex(/^[a-z]+$/), name: z.string() })],
    ["valibot", v.strictObject({ id: v.pipe(v.string(), v.regex(/^[a-z]+$/)), name: v.string() })],
    ["arktype", type({ "+": "reject", id: /^[a-z]+$/, name: "string" })],
  ])("%s", (_, schema) => {
    const good = decode(schema, "agents:\n  a:\n    name: A\n  b:\n    id: b\n    name: A\n");
    expect(good.errors).toEqual([]);
    expect([...good.agents.values()]).toEqual([{ id: "a", name }, { id: "b", name }]);
    const bad = decode(schema, "agents:\n  a1:\n    name: A\n  b:\n    other: 1\n    name: 5\n");
    expect(bad.errors.map(place).slice(0, 1)).toEqual([["invalid-agent", 2, 3, "/agents/a1/id"]]);
    expect(bad.errors.map(({ message }) => message).join()).not.toContain("missing");
  });
});

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}

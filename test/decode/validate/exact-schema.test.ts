import { FormatRegistry, type TSchema, Type } from "@sinclair/typebox";
import { describe, expect, test, vi } from "vitest";
import { agentRules } from "../../../src/decode/validate/agent-rules.ts";
import { openRegistry, registryState$ } from "../../../mod.ts";

// Emoji are two code units each.
const emoji = (count: number) => "👍".repeat(count);

function messages(properties: Record<string, TSchema>, fields: object): readonly string[] {
  const { validatorFor } = agentRules(Type.Object(properties));
  const { problems } = validatorFor({}).validate("a", { ...fields });
  return (problems?.() ?? []).map((one) => one.message);
}

/** The two ways that TypeBox checks: by code that it makes, and without where that is forbidden. */
describe.each(["compiled", "interpreted"])("%s", (way) => {
  const says = (properties: Record<string, TSchema>, fields: object): readonly string[] => {
    if (way === "compiled") return messages(properties, fields);
    vi.stubGlobal("Function", function () {
      throw new EvalError("Code generation from strings disallowed");
    });
    try {
      return messages(properties, fields);
    } finally {
      vi.unstubAllGlobals();
    }
  };

  test("multipleOf is by decimals", () => {
    const schema = { price: Type.Number({ multipleOf: 0.01 }) };
    for (let cents = 1; cents <= 200; cents++) {
      expect(says(schema, { price: Number((cents / 100).toFixed(2)) })).toEqual([]);
    }
    for (const price of [0.005, 1.999, 1e-7, -0.015]) {
      expect(says(schema, { price })).toEqual([
        `Expected number to be a multiple of 0.01 at "price", found the number ${price}`,
      ]);
    }
    expect(says(schema, { price: -1.15 })).toEqual([]);
    expect(says(schema, { price: 1e300 })).toEqual([]);
    expect(says(schema, { price: "1" })).toEqual([
      'expected "price" to be a number, found "1"',
    ]);
    const odd = { price: Type.Number({ multipleOf: 0.01, maximum: 1 }) };
    expect(says(odd, { price: 1.15 })).toEqual([
      'expected "price" to be at most 1, found the number 1.15',
    ]);
  });

  test("lengths are in code points", () => {
    const schema = { text: Type.String({ minLength: 2, maxLength: 3, pattern: "^[^x]*$" }) };
    for (const text of ["ab", "abc", emoji(2), emoji(3)]) {
      expect(says(schema, { text })).toEqual([]);
    }
    expect(says(schema, { text: emoji(1) })).toEqual([
      'expected "text" to have at least 2 characters, found "👍"',
    ]);
    expect(says(schema, { text: emoji(4) })).toEqual([
      'expected "text" to have at most 3 characters, found 4',
    ]);
    expect(says(schema, { text: "axc" })).toEqual([
      'expected "text" to be text that matches ^[^x]*$, found "axc"',
    ]);
    expect(says(schema, { text: 12 })).toHaveLength(1);
    const long = { text: Type.String({ maxLength: 500 }) };
    expect(says(long, { text: emoji(300) })).toEqual([]);
    expect(says(long, { text: emoji(501) })).toEqual([
      'expected "text" to have at most 500 characters, found 501',
    ]);
  });

  test("both hold wherever they stand in a schema", () => {
    const schema = {
      list: Type.Array(Type.String({ maxLength: 2 })),
      either: Type.Union([Type.Number({ multipleOf: 0.1 }), Type.Null()]),
      map: Type.Record(Type.String(), Type.Object({ x: Type.String({ maxLength: 1 }) })),
    };
    const good = { list: [emoji(2)], either: 0.3, map: { a: { x: emoji(1) } } };
    expect(says(schema, good)).toEqual([]);
    expect(says(schema, { ...good, list: ["a", emoji(3)] })).toEqual([
      'expected "list.1" to have at most 2 characters, found 3',
    ]);
    expect(says(schema, { ...good, map: { a: { x: emoji(2) } } })).toEqual([
      'expected "map.a.x" to have at most 1 characters, found 2',
    ]);
    expect(says(schema, { ...good, either: 0.35 })).toHaveLength(1);
  });

  test("equal maps in a list of unique ones are told by their places", () => {
    const schema = { list: Type.Array(Type.Object({}), { uniqueItems: true }) };
    expect(says(schema, { list: [{ a: 1, b: 2 }, { a: 2 }, { b: 2, a: 1 }] })).toEqual([
      'expected the items of "list" to be unique, found a map twice, as items 1 and 3',
    ]);
    const texts = {
      list: Type.Array(Type.Union([Type.String(), Type.Null()]), { uniqueItems: true }),
    };
    expect(says(texts, { list: ["a", null, "a"] })).toEqual([
      'expected the items of "list" to be unique, found "a" twice',
    ]);
  });
});

describe("a schema that no agent can match", () => {
  const refused = (schema: TSchema) => () => agentRules(schema as never);

  test.each<[TSchema, string]>([
    [Type.Object({ url: Type.String({ format: "no-such" }) }), 'format "no-such" at "url"'],
    [Type.Object({ a: Type.Object({ at: Type.Date() }) }), 'Type.Date at "a.at"'],
    [Type.Object({ a: Type.Array(Type.Date()) }), 'Type.Date at "a.*"'],
    [Type.Object({ f: Type.Optional(Type.Function([], Type.Null())) }), 'Type.Function at "f"'],
  ])("is refused when it is given", (schema, message) => {
    expect(refused(schema)).toThrow(TypeError);
    expect(refused(schema)).toThrow(message);
  });

  test("is refused when a registry is opened", async () => {
    const schema = Type.Object({ url: Type.String({ format: "no-such" }) });
    await expect(openRegistry("a.yaml", { schema })).rejects.toThrow(TypeError);
    expect(() => registryState$("a.yaml", { schema })).toThrow(TypeError);
  });

  test("is none where another choice may match, or the format is registered", () => {
    expect(refused(Type.Object({ at: Type.Union([Type.Date(), Type.String()]) }))).not.toThrow();
    FormatRegistry.Set("of-this-test", (text) => text === "x");
    try {
      const schema = { url: Type.String({ format: "of-this-test", maxLength: 1 }) };
      expect(messages(schema, { url: "x" })).toEqual([]);
      expect(messages(schema, { url: "y" })).toHaveLength(1);
    } finally {
      FormatRegistry.Delete("of-this-test");
    }
  });
});

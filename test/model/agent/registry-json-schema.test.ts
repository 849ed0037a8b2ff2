import { readFileSync } from "node:fs";
import { Type } from "@sinclair/typebox";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  registryJsonSchema,
  type RegistryJsonSchemaOptions,
} from "../../../src/model/agent/registry-json-schema.ts";
import { valid } from "../../decode/decode-one.ts";

/** What a validator of JSON Schema says of a document; nothing when it is valid. */
function problems(document: unknown, options?: RegistryJsonSchemaOptions): readonly string[] {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
  });
  const validate = ajv.compile(registryJsonSchema(options));
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
}

describe("registryJsonSchema", () => {
  test("accepts what the registry accepts", () => {
    expect(problems(parse(readFileSync("examples/agent_registry.yaml", "utf8"), { merge: true })))
      .toEqual([]);
    expect(problems({ agents: { a: valid } })).toEqual([]);
    expect(problems({ agents: [{ id: 7, ...valid }, valid] })).toEqual([]);
    // The file may extend the names.
    expect(problems({ agents: { a: { ...valid, category: "lab" } }, categories: ["lab"] })).toEqual(
      [],
    );
  });

  test("refuses what the registry refuses", () => {
    expect(problems({})).toEqual([" required"]);
    const { owner: _, ...ownerless } = valid;
    expect(problems({ agents: { a: ownerless } })).toContain("/agents/a required");
    expect(problems({ agents: { a: { ...valid, version: "one" } } })).toContain(
      "/agents/a/version pattern",
    );
    expect(problems({ agents: { a: { ...valid, status: "x" } } })).toContain(
      "/agents/a/status enum",
    );
    expect(problems({ agents: { a: { ...valid, deprecated: true } } })).toContain(
      "/agents/a required",
    );
    expect(problems({ agents: [{ ...ownerless }] })).toContain("/agents/0 required");
    const slow = { hot_reload: { debounce_ms: 1 } };
    expect(problems({ agents: {}, config: slow })).toEqual([
      "/config/hot_reload/debounce_ms minimum",
    ]);
  });

  test("follows the schema and the place of the agents", () => {
    const schema = Type.Object({ role: Type.String(), tools: Type.Array(Type.String()) });
    const agents = { a: { role: "x", tools: [] } };
    expect(problems({ crew: { agents } }, { schema, at: "crew.agents" })).toEqual([]);
    expect(problems({ agents }, { schema, at: "crew.agents" })).toEqual([" required"]);
    expect(problems(agents, { schema, at: "" })).toEqual([]);
    expect(problems({ a: { role: 1 } }, { schema, at: "" })).toContain("/a/role type");
  });

  test("throws for what has no JSON Schema", () => {
    expect(() => registryJsonSchema({ at: "*.agents" })).toThrow(TypeError);
    expect(() => registryJsonSchema({ schema: Type.String() })).toThrow(TypeError);
  });
});

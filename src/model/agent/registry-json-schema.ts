import { KindGuard, type TSchema } from "@sinclair/typebox";
import { AgentSchema } from "./agent-schema.ts";

/** A JSON Schema as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** What a registry's JSON Schema is made for. */
export interface RegistryJsonSchemaOptions {
  /** The TypeBox object schema of one agent. @default AgentSchema */
  readonly schema?: TSchema | undefined;
  /** Where the agents live, as the option `at` of `openRegistry` says it, without `*`. @default "agents" */
  readonly at?: string | undefined;
}

/**
 * Makes the JSON Schema (draft 2020-12) of a registry file, for editors and linters: a first line
 * `# yaml-language-server: $schema=agents.schema.json` gives completion and checks while typing.
 *
 * It says what JSON Schema can: what agents refer to is not checked, and where the file may extend an
 * enumeration by names of its own, any text is accepted beside the names that are known.
 *
 * @returns plain data, for `JSON.stringify`
 * @throws {TypeError} if the schema is not a TypeBox object schema, or `at` has a `*`
 *
 * @example
 * ```ts
 * import { registryJsonSchema } from "@agent-registry/rx";
 *
 * const { $schema, required } = registryJsonSchema({ at: "crew.agents" });
 * console.assert($schema === "https://json-schema.org/draft/2020-12/schema");
 * console.assert(JSON.stringify(required) === '["crew"]');
 * ```
 */
export function registryJsonSchema(options: RegistryJsonSchemaOptions = {}): JsonSchema {
  const { schema = AgentSchema, at = "agents" } = options;
  if (!KindGuard.IsObject(schema)) {
    throw new TypeError("Expected schema to be a TypeBox object schema, as Type.Object makes");
  }
  const keys = at === "" ? [] : at.split(".");
  if (keys.includes("*")) throw new TypeError('Expected at without "*", which has no JSON Schema');
  const agents = {
    description: "The agents: a map of id to agent, or a list",
    anyOf: [
      { type: "object", additionalProperties: { $ref: "#/$defs/agent" } },
      { type: "array", items: { $ref: "#/$defs/listed" } },
    ],
  };
  const inner = keys.reduceRight<JsonSchema>((below, key) => ({
    type: "object",
    required: [key],
    properties: { [key]: below },
  }), agents);
  const properties = { ...keys.length === 0 ? {} : AROUND, ...inner["properties"] as object };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Agent registry",
    ...inner,
    ...(keys.length === 0 ? {} : { properties }),
    $defs: {
      agent: toJsonSchema(schema),
      listed: {
        type: "object",
        $ref: "#/$defs/agent",
        anyOf: [{ required: ["id"] }, { required: ["name"] }],
        properties: { id: { type: ["string", "number", "boolean"] } },
      },
    },
  };
}

const AROUND: JsonSchema = {
  config: {
    type: "object",
    properties: {
      hot_reload: {
        type: "object",
        properties: {
          debounce_ms: {
            description: "Quiet time before a reload, in milliseconds",
            ...{ type: "number", minimum: 100, maximum: 5000, default: 250 },
          },
        },
      },
    },
  },
};

/** A TypeBox schema without what only TypeBox and the registry know. */
function toJsonSchema(schema: TSchema): JsonSchema {
  const { extendedBy, refersTo: _, ...keywords } = JSON.parse(JSON.stringify(schema));
  const names = enumerationOf(schema);
  if (names !== undefined) {
    const { anyOf: __, ...others } = keywords;
    return extendedBy === undefined
      ? { ...others, enum: names }
      : { ...others, anyOf: [{ enum: names }, { type: "string" }] };
  }
  if (KindGuard.IsObject(schema)) {
    const fields = Object.entries(schema.properties);
    keywords.properties = Object.fromEntries(fields.map(([key, one]) => [key, toJsonSchema(one)]));
    // What has a default need not be there.
    const required = schema.required?.filter((key) =>
      schema.properties[key]?.default === undefined
    );
    if (required !== undefined) keywords.required = required;
  }
  if (KindGuard.IsArray(schema)) keywords.items = toJsonSchema(schema.items);
  return keywords;
}

function enumerationOf(schema: TSchema): readonly unknown[] | undefined {
  if (!KindGuard.IsUnion(schema) || !schema.anyOf.every((one) => KindGuard.IsLiteral(one))) {
    return undefined;
  }
  return schema.anyOf.map((one) => one["const"]);
}

import {
  type Static,
  type TArray,
  type TBoolean,
  type TNumber,
  type TObject,
  type TOptional,
  type TString,
  type TUnsafe,
  Type,
} from "@sinclair/typebox";
import type { DeepReadonly } from "../value/deep-readonly.ts";

/** One of the known names, or a name that the registry file itself adds. */
export type OpenName<Known extends string> = Known | (string & Record<never, never>);

/** The fields of {@linkcode AgentSchema}. */
export type AgentFields = {
  name: TString;
  category: TUnsafe<OpenName<"production" | "example" | "test" | "system">>;
  environment: TUnsafe<OpenName<"production" | "staging" | "demo" | "test">>;
  owner: TString;
  version: TString;
  location: TString;
  description: TOptional<TString>;
  business_goal: TOptional<TString>;
  tags: TOptional<TArray<TString>>;
  status: TUnsafe<"active" | "deprecated" | "experimental" | "archived">;
  deprecated: TBoolean;
  deprecation_reason: TOptional<TString>;
  deprecation_date: TOptional<TString>;
  removal_date: TOptional<TString>;
  replacement_agent: TOptional<TString>;
  dependencies: TOptional<TArray<TString>>;
  maintainer: TOptional<TString>;
  documentation_url: TOptional<TString>;
  created_at: TOptional<TString>;
  updated_at: TOptional<TString>;
  performance_metrics: TOptional<
    TObject<{
      avg_latency_ms: TOptional<TNumber>;
      avg_tokens: TOptional<TNumber>;
      success_rate: TOptional<TNumber>;
      cost_per_call: TOptional<TNumber>;
      throughput_per_hour: TOptional<TNumber>;
    }>
  >;
};

const date = { pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "a date such as 2026-01-31" };

/** The official pattern of https://semver.org. */
const SEMVER = "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)" +
  "(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?" +
  "(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?$";

const fields: AgentFields = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  category: oneOf(["production", "example", "test", "system"], { extendedBy: "categories" }),
  environment: oneOf(["production", "staging", "demo", "test"], { extendedBy: "environments" }),
  owner: Type.String({ minLength: 1, maxLength: 100 }),
  version: Type.String({ pattern: SEMVER, description: "a semantic version such as 1.2.3" }),
  location: Type.String({
    pattern: "^[^/](?:.*[^/])?$",
    description: "a relative path without leading or trailing slash",
  }),
  description: Type.Optional(Type.String({ maxLength: 500 })),
  business_goal: Type.Optional(Type.String({ maxLength: 1000 })),
  tags: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
      maxItems: 20,
      uniqueItems: true,
      refersTo: "tag_taxonomy",
    }),
  ),
  status: oneOf(["active", "deprecated", "experimental", "archived"], { default: "active" }),
  deprecated: Type.Boolean({ default: false }),
  deprecation_reason: Type.Optional(Type.String({ minLength: 1 })),
  deprecation_date: Type.Optional(Type.String(date)),
  removal_date: Type.Optional(Type.String(date)),
  replacement_agent: Type.Optional(Type.String({ refersTo: "agents" })),
  dependencies: Type.Optional(
    Type.Array(Type.String(), { uniqueItems: true, refersTo: "agents" }),
  ),
  maintainer: Type.Optional(Type.String()),
  documentation_url: Type.Optional(Type.String()),
  created_at: Type.Optional(Type.String(date)),
  updated_at: Type.Optional(Type.String(date)),
  performance_metrics: Type.Optional(
    Type.Object({
      avg_latency_ms: Type.Optional(Type.Number({ minimum: 0 })),
      avg_tokens: Type.Optional(Type.Number({ minimum: 0 })),
      success_rate: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      cost_per_call: Type.Optional(Type.Number({ minimum: 0 })),
      throughput_per_hour: Type.Optional(Type.Number({ minimum: 0 })),
    }),
  ),
};

/**
 * The schema of one agent when no other is given, as a TypeBox object schema.
 *
 * Three keywords go beyond plain properties. `if`/`then` are those of JSON Schema: a deprecated
 * agent needs a `deprecation_reason`. `extendedBy` and `refersTo` are the registry's own: the first
 * names the key of the document whose names extend an enumeration, the second the key that a value
 * should be found under (else there is a warning, not an error). They work in schemas of yours too.
 *
 * `Type.Composite` takes over the fields, and with them `extendedBy` and `refersTo`, but not `if` and
 * `then`: name them again, as below, to keep that rule.
 *
 * @example Extend it
 * ```ts
 * import { Type } from "@sinclair/typebox";
 * import { AgentSchema, memorySource, openRegistry } from "@agent-registry/rx";
 *
 * const schema = Type.Composite([AgentSchema, Type.Object({ model: Type.String() })], {
 *   if: AgentSchema.if,
 *   then: AgentSchema.then,
 * });
 * const source = memorySource({ "agents.yaml": `
 * agents:
 *   planner: { name: Planner, category: system, environment: test, owner: core, version: 1.0.0, location: planner, model: m1 }
 * ` });
 * await using registry = await openRegistry(source, { schema });
 * console.assert(registry.agent("planner").model === "m1");
 * ```
 */
export const AgentSchema: TObject<AgentFields> = Type.Object(fields, {
  title: "Agent",
  if: Type.Object({ deprecated: Type.Literal(true) }),
  then: Type.Object({ deprecation_reason: Type.String() }),
});

function oneOf<T extends string>(names: readonly string[], options: object): TUnsafe<T> {
  return Type.Unsafe<T>(Type.Union(names.map((name) => Type.Literal(name)), options));
}

/** An agent of the default {@linkcode AgentSchema}: validated, deeply frozen, with its id. */
export interface Agent extends DeepReadonly<Static<TObject<AgentFields>>> {
  /** Under which the registry knows it. */
  readonly id: string;
}

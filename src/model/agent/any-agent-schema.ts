import { type TUnsafe, Type } from "@sinclair/typebox";

/**
 * A schema for files without a contract: every map is an agent, whatever its fields. They are of type
 * `unknown`, but for `id`.
 *
 * @example
 * ```ts
 * import { AnyAgentSchema, memorySource, openRegistry } from "@agent-registry/rx";
 *
 * const source = memorySource({ "agents.yaml": "agents: { planner: { model: m1 } }" });
 * await using registry = await openRegistry(source, { schema: AnyAgentSchema });
 * const { id, model } = registry.agent("planner");
 * console.assert(id === "planner" && model === "m1");
 * ```
 */
export const AnyAgentSchema: TUnsafe<Record<string, unknown>> = Type.Unsafe(
  Type.Object({}, { title: "Any agent" }),
);

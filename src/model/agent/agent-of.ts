import type { Static, TObject, TSchema } from "@sinclair/typebox";
import type { Agent, AgentFields } from "./agent-schema.ts";
import type { DeepReadonly } from "../value/deep-readonly.ts";
import type { StandardSchemaV1 } from "./standard-schema.ts";

/**
 * What may be the schema of an agent: a TypeBox schema of an object, or a validator of any library
 * that follows {@linkcode StandardSchemaV1} and gives objects.
 *
 * A **TypeBox** schema checks the fields as they are. Its defaults are filled in, fields that it does
 * not know are kept, and `extendedBy`, `refersTo`, `if` and `then` are understood, as in `AgentSchema`.
 *
 * Of a **Standard Schema** the output becomes the agent:
 *
 * - What happens to fields that it does not know is its own business. zod and valibot leave them out
 *   unless told otherwise, arktype keeps them.
 * - It gets the fields as written. Only if it then misses an `id`, it is asked once more, with the id
 *   of the registry, which is the `id` of the agent whatever the output says.
 * - The output is copied and frozen. It may hold scalars, lists, plain objects and Dates: a Date cannot
 *   be frozen, so whoever reads one gets a Date of their own. Anything else, such as a Map or a URL, is an
 *   issue, since it can be neither frozen nor compared.
 * - It must answer at once, and alike for alike fields: agents whose text is the same are not
 *   validated again. A Promise, or an error that it throws, is an issue of that agent.
 * - It cannot refer to other agents: `extendedBy` and `refersTo` are for TypeBox.
 *
 * @example
 * ```ts
 * import * as z from "zod";
 * import { memorySource, openRegistry } from "@agent-registry/rx";
 *
 * const schema = z.object({ model: z.string(), since: z.coerce.date() });
 * const source = memorySource({ "agents.yaml": "agents: { planner: { model: m1, since: 2026-01-31 } }" });
 * await using registry = await openRegistry(source, { schema });
 * console.assert(registry.agent("planner").since.getUTCFullYear() === 2026);
 * ```
 */
export type SchemaOption =
  | (TSchema & { readonly static: object })
  | StandardSchemaV1<unknown, object>;

/**
 * An agent of schema `S` as snapshots hold it: validated, deeply frozen, with its id. Of a Standard
 * Schema it is the output; but its `id` is the registry's, which is text whatever a validator says. That of
 * `AgentSchema` is called {@linkcode Agent}, as editors show it.
 */
export type AgentOf<S extends SchemaOption> = [S, TObject<AgentFields>] extends
  [TObject<AgentFields>, S] ? Agent
  :
    & (S extends TSchema ? DeepReadonly<Static<S>>
      // Inferred into a parameter of its own, so that each variant of a union is mapped by itself.
      : S extends StandardSchemaV1
        ? StandardSchemaV1.InferOutput<S> extends infer Output
          ? { readonly [K in keyof Output]: K extends "id" ? string : DeepReadonly<Output[K]> }
        : never
      : never)
    & { readonly id: string };

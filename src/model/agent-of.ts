import type { Static, TSchema } from "@sinclair/typebox";
import type { DeepReadonly } from "./deep-readonly.ts";
import type { StandardSchemaV1 } from "./standard-schema.ts";

/**
 * What may be the schema of an agent: a TypeBox schema of an object, or a validator of any library
 * that follows {@linkcode StandardSchemaV1} and gives objects.
 */
export type SchemaOption =
  | (TSchema & { readonly static: object })
  | StandardSchemaV1<unknown, object>;

/**
 * An agent of schema `S` as snapshots hold it: validated, deeply frozen, with its id. Of a Standard
 * Schema it is the output; but its `id` is the registry's, which is text whatever a validator says.
 */
export type AgentOf<S extends SchemaOption> =
  & (S extends TSchema ? DeepReadonly<Static<S>>
    // Inferred into a parameter of its own, so that each variant of a union is mapped by itself.
    : S extends StandardSchemaV1
      ? StandardSchemaV1.InferOutput<S> extends infer Output
        ? { readonly [K in keyof Output]: K extends "id" ? string : DeepReadonly<Output[K]> }
      : never
    : never)
  & { readonly id: string };

import { KindGuard, type Static, type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import type { ValueError } from "@sinclair/typebox/errors";
import { Value } from "@sinclair/typebox/value";
import { namesIn } from "./names-in.ts";

/** Checks one value against a schema. */
export interface AgentValidator {
  /** The value with the schema's defaults filled in; may be the value itself, changed. */
  withDefaults(value: unknown): unknown;
  /** What is wrong with a value, nothing when it is valid. At most one problem a place. */
  problems(value: unknown): readonly ValueError[];
}

/**
 * Compiles a schema, once. `if`/`then` and `extendedBy` are understood beside what TypeBox knows.
 *
 * @param around the document around the agents, where the names for `extendedBy` stand
 */
export function agentValidator(
  schema: TSchema,
  around: Readonly<Record<string, unknown>>,
): AgentValidator {
  const extended = extend(schema, around);
  const check = compile(extended);
  const [when, then] = [extended["if"], extended["then"]].map((part) =>
    KindGuard.IsSchema(part) ? { schema: part, check: compile(part) } : undefined
  );
  const hasDefaults = JSON.stringify(extended).includes('"default":');
  return {
    withDefaults: (value) => hasDefaults ? Value.Default(extended, value) : value,
    problems(value) {
      // Value.Errors walks everything and is slow: it is asked only once the check has failed.
      const found = check(value) ? [] : [...Value.Errors(extended, value)];
      if (when?.check(value) && then !== undefined && !then.check(value)) {
        found.push(...Value.Errors(then.schema, value));
      }
      return firstAtEachPlace(found);
    },
  };
}

/**
 * A compiled check, or one that interprets the schema where code generation is forbidden
 * (`--disallow-code-generation-from-strings`, a Content Security Policy).
 */
export function compile<S extends TSchema>(schema: S): (value: unknown) => value is Static<S> {
  try {
    const compiled: TypeCheck<S> = TypeCompiler.Compile(schema);
    return (value): value is Static<S> => compiled.Check(value);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return (value): value is Static<S> => Value.Check(schema, value);
  }
}

/** Adds the names that the document gives to the enumerations that say `extendedBy`. */
function extend(schema: TSchema, around: Readonly<Record<string, unknown>>): TSchema {
  const properties: Record<string, TSchema> = schema["properties"] ?? {};
  const extended = Object.entries(properties).map(([field, property]) => {
    const { extendedBy } = property;
    if (typeof extendedBy !== "string" || !KindGuard.IsUnion(property)) return [field, property];
    const known = property.anyOf.map((one) => one["const"]);
    const added = namesIn(around[extendedBy]).filter((name) => !known.includes(name));
    if (added.length === 0) return [field, property];
    const { anyOf, ...options } = property;
    return [field, Type.Union([...anyOf, ...added.map((name) => Type.Literal(name))], options)];
  });
  if (extended.every(([field, property]) => properties[field as string] === property)) {
    return schema;
  }
  return { ...schema, properties: Object.fromEntries(extended) };
}

function firstAtEachPlace(errors: readonly ValueError[]): readonly ValueError[] {
  const seen = new Set<string>();
  return errors.filter(({ path }) => !seen.has(path) && seen.add(path));
}

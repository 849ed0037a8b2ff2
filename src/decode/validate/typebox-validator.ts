import { KindGuard, type Static, type TSchema, Type } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { Value } from "@sinclair/typebox/value";
import { fieldOf } from "../../model/agent/agent-filter.ts";
import { acceptsTooMuch, exactErrors, exactSchema } from "./exact-schema.ts";
import type { AgentValidator, FieldProblem, ValidatorFor } from "./agent-validator.ts";
import { fieldMessage } from "./field-message.ts";
import { findValue, toBeQuoted } from "./quoted-value.ts";
import { tokensOf } from "../report/pointer.ts";
import { declaredNames } from "./declared-names.ts";
import { omitId } from "./omit-id.ts";

/**
 * Compiles a TypeBox schema, once, and again only when the document extends its enumerations by other
 * names. `if`/`then` and `extendedBy` are understood beside what TypeBox knows.
 *
 * Defaults are filled in, and fields that the schema does not know are kept.
 */
export function typeboxValidators(schema: TSchema): ValidatorFor {
  let last: { names: string; validator: AgentValidator } | undefined;
  return (around) => {
    const added = addedNames(schema, around);
    const names = JSON.stringify([...added]);
    if (last?.names !== names) last = { names, validator: validatorOf(extend(schema, added)) };
    return last.validator;
  };
}

function validatorOf(extended: TSchema): AgentValidator {
  const exact = exactSchema(extended);
  const check = checkOf(extended, exact);
  const [when, then] = [exact["if"], exact["then"]].map((part) =>
    KindGuard.IsSchema(part) ? { schema: part, check: compile(part) } : undefined
  );
  const withDefaults = defaultsOf(extended);
  // A schema that knows no `id`, and perhaps no unknown fields, must not stumble over ours.
  const knowsId = Object.hasOwn(extended["properties"] ?? {}, "id");
  const isAsThen = (value: unknown): boolean =>
    !when?.check(value) || then === undefined || then.check(value);
  const errorsOf = (value: unknown): readonly ValueError[] => {
    const found = check(value) ? [] : exactErrors(exact, value);
    if (!isAsThen(value)) found.push(...exactErrors(then!.schema, value));
    return firstAtEachPlace(found);
  };
  return {
    validate(id, given, written = given) {
      const fields = omitId(withDefaults(given) as Record<string, unknown>);
      const agent = { id, ...fields };
      const value = knowsId ? agent : fields;
      if (check(value) && isAsThen(value)) return { agent };
      // To look for errors is to walk everything, and slow.
      return { problems: () => errorsOf(value).map((one) => problemOf(one, written)) };
    },
  };
}

/** What TypeBox accepts by its own measures is asked first, which is faster, where it is not too much. */
function checkOf(schema: TSchema, exact: TSchema): (value: unknown) => boolean {
  if (acceptsTooMuch(schema)) return withQuickUniqueness(exact);
  const quick = withQuickUniqueness(schema);
  let precise: ((value: unknown) => boolean) | undefined;
  return (value) => quick(value) || (precise ??= compile(exact))(value);
}

function problemOf(error: ValueError, written: object): FieldProblem {
  const tokens = tokensOf(error.path);
  const isMissing = error.type === ValueErrorType.ObjectRequiredProperty;
  const value = toBeQuoted(error.value, findValue(written, tokens)?.value);
  return {
    code: isMissing ? "missing-field" : "invalid-agent",
    tokens,
    message: fieldMessage({ ...error, value }),
  };
}

/**
 * Fills in defaults. Where only fields of the agent itself have them, and plain ones, there is no
 * need to walk through everything in it.
 */
function defaultsOf(schema: TSchema): (value: unknown) => unknown {
  const { properties = {}, ...rest } = schema;
  const defaults: [string, unknown][] = [];
  const inner = Object.entries<TSchema>(properties).map(
    ([field, { default: value, ...others }]) => {
      if (value !== undefined) defaults.push([field, value]);
      return others;
    },
  );
  const hasInner = JSON.stringify([rest, inner]).includes('"default":');
  if (hasInner || defaults.some(([, value]) => ["object", "function"].includes(typeof value))) {
    return (value) => Value.Default(schema, value);
  }
  return (value) => {
    const fields = value as Record<string, unknown>;
    for (const [field, preset] of defaults) {
      if (!Object.hasOwn(fields, field)) fields[field] = preset;
    }
    return value;
  };
}

/**
 * A compiled check that looks for repeated texts in the lists of an agent by a Set. TypeBox hashes
 * each item, which takes longer than all the rest.
 */
function withQuickUniqueness(schema: TSchema): (value: unknown) => boolean {
  const lists = Object.entries<TSchema>(schema["properties"] ?? {}).filter(([, property]) =>
    KindGuard.IsArray(property) && property.uniqueItems === true &&
    KindGuard.IsString(property.items)
  );
  if (lists.length === 0) return compile(schema);
  const loose = lists.map(([field, property]) => [field, { ...property, uniqueItems: false }]);
  const properties = { ...schema["properties"], ...Object.fromEntries(loose) };
  const check = compile({ ...schema, properties });
  return (value) =>
    check(value) && lists.every(([field]) => {
      const list = fieldOf(value as object, field);
      return !Array.isArray(list) || isUnique(list);
    });
}

function isUnique(list: readonly unknown[]): boolean {
  // A Set pays from about here on.
  if (list.length > 8) return new Set(list).size === list.length;
  return list.every((item, at) => list.indexOf(item) === at);
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

/** The names that the document adds to the enumerations that say `extendedBy`, by field. */
function addedNames(
  schema: TSchema,
  around: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, readonly string[]> {
  const added = new Map<string, readonly string[]>();
  for (const [field, property] of Object.entries<TSchema>(schema["properties"] ?? {})) {
    const { extendedBy } = property;
    if (typeof extendedBy !== "string" || !KindGuard.IsUnion(property)) continue;
    const known = property.anyOf.map((one) => one["const"]);
    const names = declaredNames(fieldOf(around, extendedBy)).filter((name) =>
      !known.includes(name)
    );
    if (names.length > 0) added.set(field, names);
  }
  return added;
}

function extend(schema: TSchema, added: ReadonlyMap<string, readonly string[]>): TSchema {
  if (added.size === 0) return schema;
  const properties: Record<string, TSchema> = { ...schema["properties"] };
  for (const [field, names] of added) {
    const { anyOf, ...options } = properties[field] as TSchema & { anyOf: TSchema[] };
    const literals = names.map((name) => Type.Literal(name));
    properties[field] = Type.Union([...anyOf, ...literals], options);
  }
  return { ...schema, properties };
}

function firstAtEachPlace(errors: readonly ValueError[]): readonly ValueError[] {
  if (errors.length < 2) return errors;
  const seen = new Set<string>();
  return errors.filter(({ path }) => !seen.has(path) && seen.add(path));
}

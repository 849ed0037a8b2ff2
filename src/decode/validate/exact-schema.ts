import { Kind, type TSchema, TypeRegistry } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { Value } from "@sinclair/typebox/value";
import { codePoints } from "../../text/code-points.ts";
import { isMultipleOf } from "./is-multiple-of.ts";

const EXACT = "agent-registry:exact";

/** A string or number whose bounds are checked here, and the rest of it by TypeBox. */
interface ExactSchema extends TSchema {
  readonly original: TSchema;
  readonly loose: TSchema;
}

/**
 * Whether TypeBox may accept what JSON Schema refuses, and not only the other way round: it counts UTF-16
 * code units for characters, so that one emoji has two.
 */
export function acceptsTooMuch(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  const { minLength } = schema as TSchema;
  return typeof minLength === "number" && minLength > 1 ||
    Object.values(schema).some(acceptsTooMuch);
}

/**
 * The same schema with lengths in code points, as JSON Schema has them, and `multipleOf` in decimals:
 * 0.07 is no multiple of 0.01 in binary fractions.
 */
export function exactSchema<T>(schema: T): T {
  // Custom kinds are known to all of TypeBox, and setting one again changes nothing.
  TypeRegistry.Set<ExactSchema>(EXACT, (exact, value) => {
    return Value.Check(exact.loose, value) && brokenBound(exact.original, value) === undefined;
  });
  return exactOf(schema) as T;
}

function exactOf(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(exactOf);
  if (typeof part !== "object" || part === null || part instanceof RegExp) return part;
  const schema = { ...part } as TSchema;
  if (isInexact(schema)) {
    const { minLength: _, maxLength: __, multipleOf: ___, ...loose } = schema;
    return { ...schema, [Kind]: EXACT, original: part, loose };
  }
  for (const [key, value] of Object.entries(schema)) {
    if (key !== "default" && key !== "const" && key !== "enum") schema[key] = exactOf(value);
  }
  return schema;
}

function isInexact({ [Kind]: kind, minLength, maxLength, multipleOf }: TSchema): boolean {
  return kind === "String" && (minLength !== undefined || maxLength !== undefined) ||
    kind === "Number" && multipleOf !== undefined && !Number.isInteger(multipleOf);
}

function brokenBound(
  { minLength, maxLength, multipleOf }: TSchema,
  value: unknown,
): ValueErrorType | undefined {
  if (typeof value === "number") {
    return isMultipleOf(value, multipleOf) ? undefined : ValueErrorType.NumberMultipleOf;
  }
  const length = codePoints(String(value));
  if (length < minLength) return ValueErrorType.StringMinLength;
  return length > maxLength ? ValueErrorType.StringMaxLength : undefined;
}

/** What is wrong with a value, as TypeBox says it, by a schema that {@linkcode exactSchema} has made. */
export function exactErrors(schema: TSchema, value: unknown): ValueError[] {
  return [...Value.Errors(schema, value)].flatMap((error) => {
    const { original, loose } = error.schema as Partial<ExactSchema>;
    if (error.type !== ValueErrorType.Kind || original === undefined || loose === undefined) {
      return [error];
    }
    const [other] = Value.Errors(loose, error.value);
    if (other !== undefined) return [{ ...other, path: error.path }];
    const type = brokenBound(original, error.value) ?? error.type;
    const message = type === ValueErrorType.NumberMultipleOf
      ? `Expected number to be a multiple of ${original["multipleOf"]}`
      : error.message;
    return [{ ...error, type, message, schema: original }];
  });
}

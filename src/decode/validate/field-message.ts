import type { TSchema } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { distinctText } from "../../model/value/distinct-text.ts";
import { nearestTo } from "../../text/nearest.ts";
import { codePoints } from "../../text/code-points.ts";
import { quote } from "../../text/quote.ts";
import { tokensOf } from "../report/pointer.ts";
import { ExpandedText } from "./quoted-value.ts";

/** Says in half a sentence what is wrong with a field, what was found, and what would be right. */
export function fieldMessage(problem: ValueError): string {
  const { schema, value } = problem;
  const field = quote(tokensOf(problem.path).join("."));
  const found = `found ${describe(value)}`;
  switch (problem.type) {
    case ValueErrorType.ObjectRequiredProperty:
      return `missing required field ${field}`;
    case ValueErrorType.ObjectAdditionalProperties:
      return `unexpected field ${field}: remove it`;
    case ValueErrorType.Union:
    case ValueErrorType.Literal:
      return choiceMessage(schema, field, value) ?? `${problem.message} at ${field}, ${found}`;
    case ValueErrorType.String: {
      const hint = typeof value === "number" || typeof value === "boolean"
        ? ": put it in quotes"
        : "";
      return `expected ${field} to be text, ${found}${hint}`;
    }
    case ValueErrorType.StringPattern: {
      const right = schema["description"] ?? `text that matches ${String(schema["pattern"])}`;
      return `expected ${field} to be ${right}, ${found}`;
    }
    case ValueErrorType.StringMinLength:
      return value === ""
        ? `expected ${field} not to be empty`
        : `expected ${field} to have at least ${schema["minLength"]} characters, ${found}`;
    case ValueErrorType.StringMaxLength: {
      const length = typeof value === "string" ? codePoints(value) : describe(value);
      return `expected ${field} to have at most ${schema["maxLength"]} characters, found ${length}`;
    }
    case ValueErrorType.Boolean:
      return `expected ${field} to be true or false, ${found}`;
    case ValueErrorType.Number:
    case ValueErrorType.Integer: {
      const kind = problem.type === ValueErrorType.Integer ? "an integer" : "a number";
      return `expected ${field} to be ${kind}, ${found}`;
    }
    case ValueErrorType.NumberMinimum:
    case ValueErrorType.IntegerMinimum:
      return `expected ${field} to be at least ${schema["minimum"]}, ${found}`;
    case ValueErrorType.NumberMaximum:
    case ValueErrorType.IntegerMaximum:
      return `expected ${field} to be at most ${schema["maximum"]}, ${found}`;
    case ValueErrorType.Array:
      return `expected ${field} to be a list, ${found}`;
    case ValueErrorType.Object:
      return `expected ${field} to be a map, ${found}`;
    case ValueErrorType.ArrayUniqueItems:
      return `expected the items of ${field} to be unique, found ${repeated(value)}`;
    case ValueErrorType.ArrayMaxItems: {
      const { length } = value as unknown[];
      return `expected ${field} to have at most ${schema["maxItems"]} items, found ${length}`;
    }
    default:
      return `${problem.message} at ${field}, ${found}`;
  }
}

/** Names a value in a message, cut where it is long. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value === "string") return quote(value);
  if (value instanceof ExpandedText) return `the value of ${quote(value.written)}`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `the ${typeof value} ${String(value)}`;
}

function choiceMessage(schema: TSchema, field: string, value: unknown): string | undefined {
  const choices: unknown[] = schema["anyOf"]?.map((one: TSchema) => one["const"]) ??
    [schema["const"]];
  if (!choices.every((choice) => typeof choice === "string")) return undefined;
  const [near] = typeof value === "string" ? nearestTo(value, choices) : [];
  const hint = near !== undefined
    ? `: did you mean ${quote(near)}?`
    : typeof schema["extendedBy"] === "string"
    ? `: add it to ${quote(schema["extendedBy"])} if it is meant`
    : "";
  const list = choices.map(quote).join(", ");
  const one = choices.length === 1 ? list : `one of ${list}`;
  return `expected ${field} to be ${one}, found ${describe(value)}${hint}`;
}

/** The first item that is there before; of a map or a list, which has no name, where. */
function repeated(value: unknown): string {
  const seen = new Map<string, number>();
  for (const [at, item] of (value as unknown[]).entries()) {
    const text = distinctText(item);
    const first = seen.get(text);
    if (first === undefined) seen.set(text, at);
    else if (typeof item !== "object" || item === null) return `${describe(item)} twice`;
    else return `${describe(item)} twice, as items ${first + 1} and ${at + 1}`;
  }
  return "one of them twice";
}

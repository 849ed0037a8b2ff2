import { type ForeignValue, plainCopy } from "../../model/value/plain-copy.ts";
import type { StandardSchemaV1 } from "../../model/agent/standard-schema.ts";
import { quote } from "../../text/quote.ts";
import type { AgentValidator, FieldProblem, Validated } from "./agent-validator.ts";
import { describe } from "./field-message.ts";
import { isRecord } from "../../model/value/is-record.ts";
import { omitId } from "./omit-id.ts";

type Fields = Readonly<Record<string, unknown>>;
type Result = StandardSchemaV1.Result<unknown>;

/**
 * Validates by a Standard Schema. What it gives becomes the agent, with all that it has coerced,
 * completed and left out, as long as it is plain data: see {@linkcode plainCopy}.
 *
 * It gets the fields as written, so that one that knows no `id` and no unknown fields does not stumble
 * over the registry's. Only if it misses an `id`, it is asked again with that one.
 */
export function standardValidator(schema: StandardSchemaV1): AgentValidator {
  return {
    validate(id, written) {
      try {
        const result = resultOf(schema, written);
        if (result.issues?.some((issue) => isMissingId(issue, written)) !== true) {
          return validated(id, written, result);
        }
        const fields = { ...written, id };
        return validated(id, fields, resultOf(schema, fields));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return { problems: [problemOfAgent(`the schema failed: ${why}`)] };
      }
    },
  };
}

function resultOf({ "~standard": standard }: StandardSchemaV1, fields: Fields): Result {
  const result = standard.validate(fields);
  if (!("then" in result)) return result;
  // Nobody waits for it: what becomes of it must not end the process.
  result.then(undefined, () => {});
  const hint = standard.vendor === "zod" ? ", or throws, which zod makes a Promise of" : "";
  throw new TypeError(
    `it gave a Promise, which is not waited for: take out what is asynchronous${hint}`,
  );
}

function validated(id: string, fields: Fields, result: Result): Validated {
  if (result.issues) {
    const problems = result.issues.map((issue) => problemOf(issue, fields));
    return { problems: problems.length > 0 ? problems : [problemOfAgent("the schema refuses it")] };
  }
  const { copy, hasDates, foreign } = plainCopy(result.value);
  if (foreign.length > 0) return { problems: foreign.map(foreignProblem) };
  if (isRecord(copy)) {
    return { agent: hasDates ? identified(id, copy) : { id, ...omitId(copy) } };
  }
  return { problems: [problemOfAgent(`the schema gives ${describe(copy)}, not an object`)] };
}

/** The fields with the id as the first of them. Their accessors stay accessors. */
function identified(id: string, fields: object): object {
  const { id: _, ...others } = Object.getOwnPropertyDescriptors(fields) as PropertyDescriptorMap;
  return Object.defineProperties({ id }, others);
}

function isMissingId(issue: StandardSchemaV1.Issue, fields: Fields): boolean {
  const [token, ...rest] = tokensOf(issue);
  return token === "id" && rest.length === 0 && !Object.hasOwn(fields, "id");
}

function problemOf(issue: StandardSchemaV1.Issue, fields: Fields): FieldProblem {
  const tokens = tokensOf(issue);
  // Some end as a sentence, some list choices on lines of their own.
  const said = issue.message.trim().replace(/\.$/, "").replaceAll(/\s*\n\s*/g, " ");
  if (tokens.length === 0) return problemOfAgent(said);
  const field = quote(tokens.join("."));
  const found = find(fields, tokens);
  return found === undefined
    ? { tokens, isMissing: true, message: `missing required field ${field}: ${said}` }
    : { tokens, isMissing: false, message: `${said} at ${field}, found ${describe(found.value)}` };
}

/** What stands at a path; undefined when there is nothing. Below a scalar it is the scalar. */
function find(fields: Fields, tokens: readonly string[]): { readonly value: unknown } | undefined {
  let value: unknown = fields;
  for (const token of tokens) {
    if (typeof value !== "object" || value === null) break;
    if (!Object.hasOwn(value, token)) return undefined;
    value = Reflect.get(value, token);
  }
  return { value };
}

function tokensOf({ path = [] }: StandardSchemaV1.Issue): readonly string[] {
  return Array.from(path, (step) => String(typeof step === "object" ? step.key : step));
}

function foreignProblem({ tokens, value, isCycle }: ForeignValue): FieldProblem {
  const where = tokens.length === 0 ? "" : ` at ${quote(tokens.join("."))}`;
  const kind = isCycle ? "something that contains itself" : kindOf(value);
  const message = `the schema gives ${kind}${where}: agents hold plain data and Dates`;
  return { tokens, isMissing: false, message };
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  return `an instance of ${Object.getPrototypeOf(value)?.constructor?.name ?? "a class"}`;
}

function problemOfAgent(message: string): FieldProblem {
  return { tokens: [], isMissing: false, message };
}

import { type ForeignValue, plainCopy } from "../../model/value/plain-copy.ts";
import type { StandardSchemaV1 } from "../../model/agent/standard-schema.ts";
import { quote } from "../../text/quote.ts";
import type { AgentValidator, FieldProblem, Validated } from "./agent-validator.ts";
import { describe } from "./field-message.ts";
import { isRecord } from "../../model/value/is-record.ts";
import { omitId } from "./omit-id.ts";
import { ExpandedText, findValue } from "./quoted-value.ts";
import { sameValue } from "../../model/value/same-value.ts";

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
  const validate = (id: string, given: Fields): Validated => {
    try {
      const result = resultOf(schema, given);
      if (result.issues?.some((issue) => isMissingId(issue, given)) !== true) {
        return validated(id, given, result);
      }
      const fields = { ...given, id };
      return validated(id, fields, resultOf(schema, fields));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { problems: () => [problemOfAgent(`the schema failed: ${why}`)] };
    }
  };
  return {
    validate(id, fields, written = fields) {
      const result = validate(id, fields);
      if (written === fields || result.problems === undefined) return result;
      // What is said of the text as written, too, tells nothing of what its variables stand for.
      const { problems } = result;
      return {
        problems: () => {
          const known = validate(id, written as Fields).problems?.() ?? [];
          return problems().map((one) =>
            known.some((other) => sameValue(one, other)) ? one : withoutValue(one, written)
          );
        },
      };
    },
  };
}

/** The same problem, in words of our own: who can say which words of a foreign message are the value? */
function withoutValue({ tokens }: FieldProblem, written: object): FieldProblem {
  const value = findValue(written, tokens)?.value;
  if (tokens.length === 0 || value === undefined) {
    return problemOfAgent("the schema refuses it with the values of its variables");
  }
  const found = describe(typeof value === "string" ? new ExpandedText(value) : value);
  const message = `the schema refuses ${found} at ${quote(tokens.join("."))}`;
  return { code: "invalid-agent", tokens, message };
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
    const { issues } = result;
    if (issues.length === 0) return { problems: () => [problemOfAgent("the schema refuses it")] };
    return { problems: () => issues.map((issue) => problemOf(issue, fields)) };
  }
  const { copy, hasDates, foreign } = plainCopy(result.value);
  if (foreign.length > 0) return { problems: () => foreign.map(foreignProblem) };
  if (isRecord(copy)) {
    return { agent: hasDates ? identified(id, copy) : { id, ...omitId(copy) } };
  }
  return { problems: () => [problemOfAgent(`the schema gives ${describe(copy)}, not an object`)] };
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
  const found = findValue(fields, tokens);
  return found === undefined
    ? { code: "missing-field", tokens, message: `missing required field ${field}: ${said}` }
    : {
      code: "invalid-agent",
      tokens,
      message: `${said} at ${field}, found ${describe(found.value)}`,
    };
}

function tokensOf({ path = [] }: StandardSchemaV1.Issue): readonly string[] {
  return Array.from(path, (step) => String(typeof step === "object" ? step.key : step));
}

function foreignProblem({ tokens, value, isCycle }: ForeignValue): FieldProblem {
  const where = tokens.length === 0 ? "" : ` at ${quote(tokens.join("."))}`;
  const kind = isCycle ? "something that contains itself" : kindOf(value);
  const message = `the schema gives ${kind}${where}: agents hold plain data and Dates`;
  return { code: "invalid-agent", tokens, message };
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  return `an instance of ${Object.getPrototypeOf(value)?.constructor?.name ?? "a class"}`;
}

function problemOfAgent(message: string): FieldProblem {
  return { code: "invalid-agent", tokens: [], message };
}

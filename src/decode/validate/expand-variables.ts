import { rememberWritten } from "../../model/agent/written-fields.ts";
import { kindOf } from "../../model/report/option-names.ts";
import { isRecord } from "../../model/value/is-record.ts";
import { sameValue } from "../../model/value/same-value.ts";
import { quote } from "../../text/quote.ts";
import type { Variables } from "../layout-options.ts";
import type { AgentValidator, FieldProblem, Validated, ValidatorFor } from "./agent-validator.ts";

/** `$${`, `${NAME}`, `${NAME:-default}`, or a `${` that is none of these. */
const REFERENCE = /\$\$\{|\$\{(?:([A-Za-z_][\w.-]*)(?::-((?:[^}$]|\$(?!\{))*))?\})?/g;

/** What a variable stands for: text, nothing, or why it cannot be told. */
interface Answer {
  readonly text?: string;
  readonly problem?: string;
}

/**
 * Validators that expand the variables in the texts of an agent before they validate it. At each reading the
 * variables that agents have are asked for again: where one gives something else, there is another validator,
 * so that all entries are read again.
 *
 * @throws {TypeError} if the variables are neither an object nor a function
 */
export function withVariables(validatorFor: ValidatorFor, variables: Variables): ValidatorFor {
  if (typeof variables !== "function" && !isRecord(variables)) {
    throw new TypeError(
      `Expected variables to be an object or a function, got ${kindOf(variables)}`,
    );
  }
  const ask = (name: string): Answer => answerOf(variables, name);
  let last: ExpandingValidator | undefined;
  return (around) => {
    const inner = validatorFor(around);
    if (last?.inner !== inner || !last.isCurrent()) last = new ExpandingValidator(inner, ask);
    return last;
  };
}

class ExpandingValidator implements AgentValidator {
  readonly inner: AgentValidator;
  readonly #ask: (name: string) => Answer;
  /** By name; asked for once, so that all agents of a reading get the same. */
  readonly #answers = new Map<string, Answer>();

  constructor(inner: AgentValidator, ask: (name: string) => Answer) {
    this.inner = inner;
    this.#ask = ask;
  }

  isCurrent(): boolean {
    return [...this.#answers].every(([name, { text, problem }]) => {
      const now = this.#ask(name);
      return now.text === text && now.problem === problem;
    });
  }

  validate(id: string, written: Record<string, unknown>): Validated {
    const problems: FieldProblem[] = [];
    const fields = this.#expand(written, [], problems) as Record<string, unknown>;
    if (problems.length > 0) return { problems: () => problems };
    if (fields === written) return this.inner.validate(id, written);
    const validated = this.inner.validate(id, fields, written);
    if (validated.agent !== undefined) rememberWritten(validated.agent, written);
    return validated;
  }

  /** The value itself when there is nothing to expand in it. */
  #expand(value: unknown, tokens: readonly string[], problems: FieldProblem[]): unknown {
    if (typeof value === "string") {
      return value.includes("${") ? this.#expandText(value, tokens, problems) : value;
    }
    if (typeof value !== "object" || value === null) return value;
    let isSame = true;
    const entries = Object.entries(value).map(([key, inner]) => {
      // An agent is known by its id before its fields are looked at.
      const isId = tokens.length === 0 && key === "id";
      const expanded = isId ? inner : this.#expand(inner, [...tokens, key], problems);
      isSame &&= Object.is(expanded, inner);
      return [key, expanded] as const;
    });
    if (isSame) return value;
    // fromEntries defines its keys, so that one named __proto__ is a key like any other.
    return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
  }

  #expandText(text: string, tokens: readonly string[], problems: FieldProblem[]): string {
    const field = quote(tokens.join("."));
    const report = (message: string): string => {
      const problem: FieldProblem = { code: "unknown-variable", tokens, message };
      if (!problems.some((other) => sameValue(other, problem))) problems.push(problem);
      return "";
    };
    return text.replace(REFERENCE, (all, name: string | undefined, preset: string | undefined) => {
      if (all === "$${") return "${";
      if (name === undefined) {
        return report(`a "\${" at ${field} starts no variable: write "$\${" for a plain one`);
      }
      const { text: given, problem } = this.#answer(name);
      if (problem !== undefined) return report(`variable ${quote(name)} at ${field} ${problem}`);
      return (preset === undefined ? given : given || preset) ?? report(
        `variable ${quote(name)} at ${field} has no value: give it one, ` +
          `or a default as in "\${${name}:-default}"`,
      );
    });
  }

  #answer(name: string): Answer {
    let answer = this.#answers.get(name);
    if (answer === undefined) this.#answers.set(name, answer = this.#ask(name));
    return answer;
  }
}

/** Says nothing of a value, nor of what was thrown: either may be a secret. */
function answerOf(variables: Variables, name: string): Answer {
  try {
    const value: unknown = typeof variables === "function"
      ? variables(name)
      : Object.hasOwn(variables, name)
      ? variables[name]
      : undefined;
    if (typeof value === "string") return { text: value };
    if (value === undefined || value === null) return {};
    return { problem: `is ${kindOf(value)}: expected text` };
  } catch {
    return { problem: 'cannot be told: the option "variables" failed' };
  }
}

import type { TSchema } from "@sinclair/typebox";
import { ValueErrorType } from "@sinclair/typebox/errors";
import { deepFreeze } from "../model/deep-freeze.ts";
import { quote } from "../text/quote.ts";
import type { AgentValidator } from "./agent-validator.ts";
import { describe, fieldMessage } from "./field-message.ts";
import { error, type Finding, pointerTo, tokensOf } from "./finding.ts";
import { isRecord } from "./names-in.ts";
import type { Entry, TakenEntries } from "./take-entries.ts";

/** Says where things stand in the text of an entry. */
export type Places = Pick<TakenEntries, "offsetOf">;

/** An entry made an agent, unless the findings say why not. */
export interface MadeAgent<A> {
  readonly agent?: A;
  readonly findings: readonly Finding[];
}

/**
 * Validates an entry: fills in the schema's defaults, sets `id` to the key, and freezes the result.
 * Fields that the schema does not know are kept.
 */
export function toAgent<A extends object>(
  entry: Entry,
  document: Places,
  schema: TSchema,
  validator: AgentValidator,
): MadeAgent<A> {
  const { id, value, offset } = entry;
  if (!isRecord(value)) {
    const message = `Agent ${quote(id)}: expected a map of fields, found ${describe(value)}`;
    return { findings: [error("invalid-agent", offset, message, pointerTo(...entry.tokens))] };
  }
  const complete = validator.withDefaults(value) as Record<string, unknown>;
  let inner: unknown;
  let fields = complete;
  // Taking a field out is a copy, which few need.
  if (Object.hasOwn(complete, "id")) ({ id: inner, ...fields } = complete);
  const agent = { id, ...fields };
  // A schema that knows no `id`, and perhaps no unknown fields, must not stumble over ours.
  const knowsId = Object.hasOwn(schema["properties"] ?? {}, "id");
  const findings = validator.problems(knowsId ? agent : fields).map((problem): Finding => {
    const tokens = [...entry.tokens, ...tokensOf(problem.path)];
    const missing = problem.type === ValueErrorType.ObjectRequiredProperty;
    return {
      code: missing ? "missing-field" : "invalid-agent",
      severity: "error",
      message: `Agent ${quote(id)}: ${fieldMessage(problem)}`,
      // What is missing has no place of its own: a field of the agent is looked for at its key.
      offset: missing && tokens.length === entry.tokens.length + 1
        ? offset
        : document.offsetOf(tokens),
      pointer: pointerTo(...tokens),
    };
  });
  if (findings.length > 0) return { findings };
  return { agent: deepFreeze(agent) as A, findings: idMismatch(entry, inner, document) };
}

function idMismatch(entry: Entry, inner: unknown, document: Places): readonly Finding[] {
  const text = typeof inner === "object" ? undefined : String(inner);
  if (!entry.byKey || inner === undefined || text === entry.id) return [];
  const tokens = [...entry.tokens, "id"];
  return [{
    code: "id-mismatch",
    severity: "warning",
    message: `Agent ${quote(entry.id)}: its field "id" says ${describe(inner)}, its key counts`,
    offset: document.offsetOf(tokens),
    pointer: pointerTo(...tokens),
  }];
}

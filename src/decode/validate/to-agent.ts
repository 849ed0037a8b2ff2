import { fieldOf } from "../../model/agent-filter.ts";
import { deepFreeze } from "../../model/deep-freeze.ts";
import { quote } from "../../text/quote.ts";
import type { AgentValidator } from "./agent-validator.ts";
import { describe } from "./field-message.ts";
import { error, type Finding, pointerTo } from "../report/finding.ts";
import { isRecord } from "./names-in.ts";
import type { Entry, TakenEntries } from "../extract/take-entries.ts";

/** Says where things stand in the text of an entry. */
export type Places = Pick<TakenEntries, "offsetOf">;

/** An entry made an agent, unless the findings say why not. */
export interface MadeAgent<A> {
  readonly agent?: A;
  readonly findings: readonly Finding[];
}

/** Validates an entry, sets `id` to the key, and freezes the result. */
export function toAgent<A extends object>(
  entry: Entry,
  document: Places,
  validator: AgentValidator,
): MadeAgent<A> {
  const { id, value, offset } = entry;
  if (!isRecord(value)) {
    const message = `Agent ${quote(id)}: expected a map of fields, found ${describe(value)}`;
    return { findings: [error("invalid-agent", offset, message, pointerTo(...entry.tokens))] };
  }
  const inner = fieldOf(value, "id");
  const { agent, problems = [] } = validator.validate(id, value);
  if (agent !== undefined) {
    return { agent: deepFreeze(agent) as A, findings: idMismatch(entry, inner, document) };
  }
  const findings = problems.map((problem): Finding => {
    const [field] = problem.tokens;
    const tokens = [...entry.tokens, ...problem.tokens];
    return {
      code: problem.isMissing ? "missing-field" : "invalid-agent",
      severity: "error",
      message: `Agent ${quote(id)}: ${problem.message}`,
      // What is not there has no place of its own: it is looked for at the agent's key.
      offset: field === undefined || !Object.hasOwn(value, field)
        ? offset
        : document.offsetOf(tokens),
      pointer: pointerTo(...tokens),
    };
  });
  return { findings };
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

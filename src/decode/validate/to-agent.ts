import { fieldOf } from "../../model/agent/agent-filter.ts";
import { deepFreeze } from "../../model/value/deep-freeze.ts";
import { isRecord } from "../../model/value/is-record.ts";
import { quote } from "../../text/quote.ts";
import type { Member } from "../extract/extract-members.ts";
import { offsetAt } from "../tree/tree.ts";
import { error, type Finding } from "../report/finding.ts";
import { pointerTo } from "../report/pointer.ts";
import { confusableId } from "./confusable-id.ts";
import type { AgentValidator } from "./agent-validator.ts";
import { describe } from "./field-message.ts";

/** A member made an agent, unless the findings say why not. */
export interface MadeAgent<A> {
  readonly agent: A | undefined;
  /** Their pointers count from the member. */
  readonly findings: readonly Finding[];
}

const NONE: readonly never[] = Object.freeze([]);

/**
 * Validates a member that has an id, sets the `id` of the agent to it, and freezes the result.
 *
 * @param value what it says; may become the agent
 * @param isBrief whether it is enough to know that an agent is not valid, and not why
 */
export function toAgent<A extends object>(
  member: Member & { readonly id: string },
  value: unknown,
  validator: AgentValidator,
  isBrief: boolean,
): MadeAgent<A> {
  const { id, node, offset } = member;
  const invalid = (message: string): MadeAgent<A> => ({
    agent: undefined,
    findings: [error("invalid-agent", offset, `Agent ${quote(id)}: ${message}`, "")],
  });
  if (!isRecord(value)) return invalid(`expected a map of fields, found ${describe(value)}`);
  const inner = fieldOf(value, "id");
  const { agent, problems } = validator.validate(id, value);
  if (problems === undefined) {
    const confusable = confusableId(id, offset);
    const findings = idMismatch(member, inner);
    return {
      agent: deepFreeze(agent) as A,
      findings: confusable === undefined ? findings : [confusable, ...findings],
    };
  }
  const found = isBrief ? [] : problems();
  if (found.length === 0) return invalid("it does not match the schema");
  const findings = found.map(({ code, tokens, message }): Finding => {
    const [field] = tokens;
    // What is not there has no place of its own: it is looked for at the agent's key.
    const hasPlace = field !== undefined && Object.hasOwn(value, field);
    return error(
      code,
      hasPlace ? offsetAt(node, tokens) : offset,
      `Agent ${quote(id)}: ${message}`,
      pointerTo(...tokens),
    );
  });
  return { agent: undefined, findings };
}

function idMismatch({ id, byKey, node }: Member, inner: unknown): readonly Finding[] {
  const text = typeof inner === "object" ? undefined : String(inner);
  if (!byKey || inner === undefined || text === id) return NONE;
  const message = `Agent ${quote(id ?? "")}: its field "id" says ${
    describe(inner)
  }, its key counts`;
  const offset = offsetAt(node, ["id"]);
  return [{ ...error("id-mismatch", offset, message, "/id"), severity: "warning" }];
}

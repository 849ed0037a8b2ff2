/** Something that is wrong with an agent, whichever library found it. */
export interface FieldProblem {
  /** Keys and indexes that lead to it from the agent; none when it is the agent as a whole. */
  readonly tokens: readonly string[];
  /** Whether it is that something is not there. */
  readonly isMissing: boolean;
  /** Half a sentence, to follow the name of the agent. */
  readonly message: string;
}

/** What came of validating: an agent, not frozen yet, or what is wrong, at least one problem. */
export type Validated =
  | { readonly agent: object; readonly problems?: never }
  | { readonly agent?: never; readonly problems: readonly FieldProblem[] };

/** Makes agents of the fields of entries. */
export interface AgentValidator {
  /**
   * Makes an agent. Its `id` is the one given, whatever the fields say.
   *
   * @param fields the fields as written, the validator's own: they may become the agent
   */
  validate(id: string, fields: Record<string, unknown>): Validated;
}

/**
 * Gives the validator for what stands around the agents. As long as it gives the same one, the same
 * bytes make the same agent.
 */
export type ValidatorFor = (around: Readonly<Record<string, unknown>>) => AgentValidator;

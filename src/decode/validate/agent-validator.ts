/** Something that is wrong with an agent, whichever library found it. */
export interface FieldProblem {
  /** Keys and indexes that lead to it from the agent; none when it is the agent as a whole. */
  readonly tokens: readonly string[];
  readonly code: "invalid-agent" | "missing-field" | "unknown-variable";
  /** Half a sentence, to follow the name of the agent. */
  readonly message: string;
}

/** What came of validating: an agent, not frozen yet, or what is wrong, to be looked for when it is asked. */
export type Validated =
  | { readonly agent: object; readonly problems?: never }
  | { readonly agent?: never; readonly problems: () => readonly FieldProblem[] };

/** Makes agents of the fields of entries. */
export interface AgentValidator {
  /**
   * Makes an agent. Its `id` is the one given, whatever the fields say.
   *
   * @param fields the validator's own: they may become the agent
   * @param written the fields before variables were expanded in them: problems quote these. @default fields
   */
  validate(id: string, fields: Record<string, unknown>, written?: object): Validated;
}

/**
 * Gives the validator for what stands around the agents. As long as it gives the same one, the same
 * bytes make the same agent.
 */
export type ValidatorFor = (around: Readonly<Record<string, unknown>>) => AgentValidator;

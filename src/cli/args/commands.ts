/** What help says of a command. */
export interface CommandText {
  /** What stands behind its name. */
  readonly words: string;
  readonly summary: string;
  readonly exit: string;
  readonly examples: readonly string[];
}

/** The commands, in the order of help. */
export type CommandName =
  | "watch"
  | "serve"
  | "publish"
  | "check"
  | "list"
  | "search"
  | "show"
  | "diff"
  | "schema";

/** What each command is. */
export const COMMANDS: Readonly<Record<CommandName, CommandText>> = {
  watch: {
    words: "[paths...]",
    summary: "print the agents, then what every reload did",
    exit:
      "0 when it is interrupted; with --once 0 when the registry is good, 1 when not; 2 for a wrong call",
    examples: [
      "agent-registry watch agents/",
      "agent-registry watch --json https://example.com/agents.yaml",
      "agent-registry watch --once --json agents.yaml",
    ],
  },
  serve: {
    words: "[paths...]",
    summary: "follow, and serve over HTTP with a page to look at it",
    exit:
      "0 when it is interrupted, 1 when it cannot listen, 2 when hono or srvx is missing or for a wrong call",
    examples: [
      "agent-registry serve agents/",
      "agent-registry serve --port 0 --redact api_key agents.yaml",
    ],
  },
  publish: {
    words: "[paths...] --to NATS_URL",
    summary: "publish them, and every change, to many machines",
    exit:
      "0 when it is interrupted; with --once 0 when all was good and is published, 1 when not; 2 for a wrong call",
    examples: [
      "agent-registry publish agents/ --to nats://127.0.0.1:4222/agents",
      "agent-registry publish --once agents/ --to nats://127.0.0.1:4222/agents",
    ],
  },
  check: {
    words: "[paths...]",
    summary: "validate, and print everything that is wrong",
    exit: "0 when all is well, 1 when not, with --strict also for warnings, 2 for a wrong call",
    examples: [
      "agent-registry check agents/ 'teams/*.yaml'",
      "agent-registry check --strict --format github agents.yaml",
      "git show HEAD:agents.yaml | agent-registry check -",
    ],
  },
  list: {
    words: "[paths...]",
    summary: "print the agents as a table",
    exit:
      "0; 1 when flags choose agents and there are none such; 2 when the registry is broken or for a wrong call",
    examples: [
      "agent-registry list --category production --tag mail agents.yaml",
      "agent-registry list --schema any .claude/agents/",
      "agent-registry list --json agents.yaml",
    ],
  },
  search: {
    words: "TEXT [paths...]",
    summary: "print the agents that hold a text",
    exit: "0; 1 when none does; 2 when the registry is broken or for a wrong call",
    examples: ["agent-registry search invoice agents.yaml"],
  },
  show: {
    words: "ID [paths...]",
    summary: "print one agent, and where it stands",
    exit: "0; 1 when there is none of that id; 2 when the registry is broken or for a wrong call",
    examples: ["agent-registry show translator agents.yaml"],
  },
  diff: {
    words: "OLD NEW",
    summary: "print what would change, agent by agent, field by field",
    exit: "0 when nothing differs, 1 when anything does, 2 when one is broken or for a wrong call",
    examples: [
      "agent-registry diff old.yaml new.yaml",
      "agent-registry diff <(git show HEAD:agents.yaml) agents.yaml",
      "agent-registry diff https://example.com/agents.yaml agents.yaml",
    ],
  },
  schema: {
    words: "",
    summary: "print the JSON Schema of a registry file, for editors",
    exit: "0, or 2 for a wrong call",
    examples: ["agent-registry schema --at crew.agents > agents.schema.json"],
  },
};

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}

import { formatIssue, type Issue, summarizeIssues, toIssues } from "./issue.ts";

/**
 * The first load failed and the registry was to be there (`required: true`).
 *
 * The message has a line for every issue: where, which code, and what. It shows no line of the file, since
 * a secret may stand beside what is wrong; {@linkcode RegistryLoadError.format} shows them when asked.
 *
 * @example
 * ```ts
 * import { memorySource, openRegistry, RegistryLoadError } from "@agent-registry/rx";
 *
 * try {
 *   await openRegistry(memorySource({ "agents.yaml": "agents: [" }));
 * } catch (error) {
 *   if (!(error instanceof RegistryLoadError)) throw error;
 *   console.assert(error.issues[0]?.code === "yaml-syntax");
 *   console.assert(error.format({ frames: true }).includes("agents: ["));
 * }
 * ```
 */
export class RegistryLoadError extends Error {
  /**
   * Why, at least one. Not enumerable: whoever prints the error, or copies its fields to a log, gets no
   * code frames.
   */
  declare readonly issues: readonly Issue[];

  /** Writes all issues into the message. */
  constructor(issues: readonly Issue[]) {
    const known = toIssues(issues);
    super(formatted(known, String));
    this.name = "RegistryLoadError";
    Object.defineProperty(this, "issues", { value: known });
  }

  /**
   * The message, with code frames if they are wanted.
   *
   * @param options whether to show the lines of the file around each issue
   */
  format({ frames = false }: { readonly frames?: boolean } = {}): string {
    return frames ? formatted(this.issues, formatIssue, "\n\n") : this.message;
  }
}

function formatted(
  issues: readonly Issue[],
  format: (issue: Issue) => string,
  separator = "\n",
): string {
  const lines = issues.map((issue) => format(issue)).join(separator);
  return `Cannot load the agent registry: ${summarizeIssues(issues)}\n\n${lines}`;
}

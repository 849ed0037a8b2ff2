import { formatIssue, type Issue, summarizeIssues } from "./issue.ts";

/**
 * The first load failed and the registry was to be there (`required: true`). The message holds every
 * issue with its code frame; `issues` holds them as data.
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
 * }
 * ```
 */
export class RegistryLoadError extends Error {
  /** Why, at least one. */
  readonly issues: readonly Issue[];

  /** Writes all issues into the message. */
  constructor(issues: readonly Issue[]) {
    super(
      `Cannot load the agent registry: ${summarizeIssues(issues)}\n\n` +
        issues.map(formatIssue).join("\n\n"),
    );
    this.name = "RegistryLoadError";
    this.issues = issues;
  }
}

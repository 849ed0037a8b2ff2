import type { Logger } from "./logger.ts";
import { type Issue, placeOf } from "./model/issue.ts";
import type { ReloadEvent } from "./model/reload-event.ts";
import type { RegistryStatus } from "./model/status.ts";

/**
 * Writes the log of a registry: one line a reload, and one when the way of watching changes. Positions
 * and ids, no values: what stands in an agent may be a secret.
 */
export class RegistryLog {
  readonly #logger: Logger;
  readonly #required: boolean;

  /** @param required whether a failed first load is thrown, and so need not be logged */
  constructor(logger: Logger, required: boolean) {
    this.#logger = logger;
    this.#required = required;
  }

  /** Tells what came of a reload: in short what the event says, and the state after it. */
  reloaded(
    event: ReloadEvent,
    before: RegistryStatus,
    { status, whole }: { readonly status: RegistryStatus; readonly whole: boolean },
  ): void {
    if (whole) this.#logger.debug("Registry parsed as a whole, not by its agents");
    switch (event.type) {
      case "applied":
        return this.#logger.info(`Registry ${event}`);
      case "unchanged":
        return before.inSync || !status.inSync
          ? this.#logger.debug(`Registry ${event}`)
          : this.#logger.info(`Registry in sync again, ${event}`);
      case "partial": {
        const issues = event.issues.map(withoutValues).join(", ");
        const agents = `${event.agentsCount} agents, ${status.staleAgents} of them stale`;
        const served = `revision ${event.revision} (${agents})`;
        return this.#logger.warn(`Registry change applied in part, serving ${served}: ${issues}`);
      }
      case "rejected": {
        if (event.cause === "initial" && this.#required) return;
        const issues = event.issues.map(withoutValues).join(", ");
        const served = `revision ${event.revision} (${event.agentsCount} agents)`;
        return this.#logger.warn(`Registry change rejected, still serving ${served}: ${issues}`);
      }
    }
  }

  /** Tells when changes are noticed in another way than before, and why. */
  watching(before: RegistryStatus, now: RegistryStatus): void {
    if (before.watching === now.watching) return;
    const failures = now.issues.filter(({ code }) => code === "watch-failed");
    for (const { message } of failures) this.#logger.warn(`Registry watching: ${message}`);
    if (failures.length === 0) this.#logger.debug(`Registry watching: ${now.watching}`);
  }

  /** A callback that threw or rejected. */
  callbackFailed(error: unknown): void {
    this.#logger.error("A reload callback failed", error);
  }
}

/** An issue without its message where that may quote the file. */
function withoutValues(issue: Issue): string {
  const line = `${placeOf(issue)} ${issue.code}`;
  return issue.line === undefined ? `${line}: ${issue.message}` : line;
}

import type { LogFields, Logger } from "./logger.ts";
import type { Changes } from "../model/report/changes.ts";
import { type Issue, type IssueCode, placeOf } from "../model/report/issue.ts";
import type { ReloadEvent } from "../model/report/reload-event.ts";
import { SOURCE_PATH } from "../model/report/source-issue.ts";
import type { RegistryStatus, Stalled } from "../model/report/status.ts";

/** How many ids of a kind a line holds. */
const MAX_IDS = 20;
/** How many issues the message of a line names. */
const MAX_NAMED = 5;

/**
 * Issues whose message, when they have no position in a text, quotes neither the file nor anything that
 * a source threw or a guard returned.
 */
const SAFE_TO_LOG: readonly IssueCode[] = [
  "file-missing",
  "file-unreadable",
  "not-a-file",
  "too-large",
  "missing-agents",
  "http-status",
  "http-failed",
  "http-redirect",
  "watch-failed",
  "cache-used",
  "cache-corrupt",
  "cache-foreign",
  "cache-failed",
  "more-issues",
];

const WAITED_FOR = {
  read: "read() of the source",
  guard: "the guard",
  cache: "the cache",
} as const satisfies Record<Stalled["what"], string>;

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

  /** Logs the result of a reload. */
  reloaded(
    event: ReloadEvent,
    before: RegistryStatus,
    status: RegistryStatus,
  ): void {
    const fields = fieldsOf(event, status);
    const recovered = before.consecutiveFailures > 0 && status.inSync;
    switch (event.type) {
      case "applied":
        return recovered
          ? this.#logger.info(`Registry ${event}, in sync again`, { ...fields, recovered })
          : this.#logger.info(`Registry ${event}`, fields);
      case "unchanged":
        return before.inSync || !status.inSync
          ? this.#logger.debug(`Registry ${event}`, fields)
          : this.#logger.info(`Registry in sync again, ${event}`, { ...fields, recovered });
      case "partial": {
        const agents = `${event.agentsCount} agents, ${status.staleAgents} of them stale`;
        const served = `revision ${event.revision} (${agents})`;
        const why = named(event.issues);
        this.#logger.warn(`Registry change applied in part, serving ${served}: ${why}`, fields);
        return this.#withheld(event.issues);
      }
      case "rejected": {
        if (event.revision === 0 && this.#required) return;
        const served = `revision ${event.revision} (${event.agentsCount} agents)`;
        const why = named(event.issues);
        const still = event.issues.some(({ code }) => code === "cache-used")
          ? `serving ${served} from the cache`
          : `still serving ${served}`;
        this.#logger.warn(`Registry change rejected, ${still}: ${why}`, fields);
        return this.#withheld(event.issues);
      }
    }
  }

  /** Logs when changes are detected in another way than before, and why. */
  watching(before: RegistryStatus, { watching, issues }: RegistryStatus): void {
    if (before.watching === watching) return;
    const failures = issues.filter(({ code }) => code === "watch-failed");
    const fields = { type: "watching", watching, issues: failures.map(summaryOf) };
    for (const { path, message } of failures) {
      // What a source has thrown may hold a password.
      const what = path === SOURCE_PATH ? "The source cannot be watched" : message;
      this.#logger.warn(`Registry watching: ${what}`, fields);
    }
    this.#withheld(failures);
    if (failures.length === 0) this.#logger.debug(`Registry watching: ${watching}`, fields);
  }

  /** Logs what a reload waits for too long, and when it continues. */
  stalled({ stalled: before }: RegistryStatus, { stalled }: RegistryStatus): void {
    if (before === stalled) return;
    if (stalled === undefined) {
      return this.#logger.info("Registry no longer stalled", { type: "stalled" });
    }
    const { what, since } = stalled;
    const waiting = `${WAITED_FOR[what]} has not answered since ${since.toISOString()}`;
    const fields = { type: "stalled", what, since };
    this.#logger.warn(`Registry stalled: ${waiting}, and later reloads wait behind it`, fields);
  }

  /** Logs why the cache cannot be written. */
  caching(issues: readonly Issue[]): void {
    const fields = { type: "caching", issues: issues.map(summaryOf) };
    for (const { message, path } of issues) {
      this.#logger.warn(`Registry cache ${path}: ${message}`, fields);
    }
  }

  /** A cache that was still being written when closing gave up waiting for it. */
  cacheUnfinished(path: string): void {
    this.#logger.warn(`Registry cache ${path}: Writing has not finished`, { type: "caching" });
  }

  /** A callback that threw or rejected. */
  callbackFailed(error: unknown): void {
    this.#logger.error("A reload callback failed", { type: "callback-failed", err: error });
  }

  /** A source whose `released` threw or rejected. */
  releaseFailed(error: unknown): void {
    this.#logger.error("Failed to release the source", { type: "release-failed", err: error });
  }

  /** Logs the messages that are left out above the debug level. */
  #withheld(issues: readonly Issue[]): void {
    for (const issue of issues) {
      if (issue.line !== undefined || isPlain(issue)) continue;
      const { code, message } = issue;
      this.#logger.debug(`Registry ${code}: ${message}`, { type: "issue", code });
    }
  }
}

function fieldsOf(event: ReloadEvent, { staleAgents }: RegistryStatus): LogFields {
  const { type, revision, cause, durationMs, agentsCount } = event;
  return {
    ...{ type, revision, cause, durationMs, agents: agentsCount, staleAgents },
    ...("changes" in event ? idsOf(event.changes) : {}),
    ...("issues" in event ? { issues: event.issues.map(summaryOf) } : {}),
  };
}

function idsOf({ added, updated, removed }: Changes): LogFields {
  const first = (ids: readonly string[]): readonly string[] => ids.slice(0, MAX_IDS);
  const lists = { added: first(added), updated: first(updated), removed: first(removed) };
  const all = added.length + updated.length + removed.length;
  const left = all - Object.values(lists).reduce((sum, { length }) => sum + length, 0);
  return left > 0 ? { ...lists, idsLeftOut: left } : lists;
}

function summaryOf(issue: Issue): LogFields {
  return { code: issue.code, place: placeOf(issue) };
}

/** The first issues, without their messages where those may quote the file. */
function named(issues: readonly Issue[]): string {
  const names = issues.slice(0, MAX_NAMED).map((issue) => {
    const name = `${placeOf(issue)} ${issue.code}`;
    return isPlain(issue) ? `${name}: ${issue.message}` : name;
  });
  const left = issues.length - names.length;
  return left > 0 ? `${names.join(", ")} and ${left} more` : names.join(", ");
}

function isPlain({ line, code, path }: Issue): boolean {
  const isThrown = code === "watch-failed" && path === SOURCE_PATH;
  return line === undefined && !isThrown && SAFE_TO_LOG.includes(code);
}

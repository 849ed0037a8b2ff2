import { type ReloadEvent, reloadEventOf } from "../model/report/reload-event.ts";
import { type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import type { Attempt, Outcome } from "./outcome.ts";

/** The event that tells of an outcome. */
export function eventOf<A>(
  before: RegistrySnapshot<A>,
  { type, snapshot, changes, cacheIssue, ...outcome }: Outcome<A>,
  { cause, paths, timestamp, durationMs }: Omit<Attempt<A>, "decoded" | "documents">,
): ReloadEvent {
  const facts = {
    ...{ revision: snapshot.revision, timestamp, durationMs, cause, paths },
    agentsCount: Snapshot.contentOf(snapshot).agents.size,
    previousCount: Snapshot.contentOf(before).agents.size,
  };
  const issues = cacheIssue === undefined
    ? outcome.issues
    : Object.freeze([...outcome.issues, cacheIssue]);
  return reloadEventOf(type, facts, changes, issues);
}

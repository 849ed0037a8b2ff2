import type { DecodedRegistry } from "../decode/decoder.ts";
import { canIsolate, type Content, isolate } from "./isolate.ts";
import { type Changes, changesBetween, isEmpty, toChanges } from "../model/changes.ts";
import type { Issue } from "../model/issue.ts";
import { ReadOnlyMap } from "../model/read-only-map.ts";
import type { ReloadCause, ReloadEvent } from "../model/reload-event.ts";
import { sameValue } from "../model/same-value.ts";
import { type Origin, type RegistrySnapshot, Snapshot } from "../model/snapshot.ts";

/**
 * What happens to a change with invalid agents: `"reject"` refuses all of it, `"isolate"` applies what is
 * good and keeps the rest at its last good version.
 */
export type OnInvalid = "reject" | "isolate";

/** One reload, read and decoded, but not applied yet. */
export interface Attempt<A> {
  readonly cause: ReloadCause;
  /** What was to be read. */
  readonly paths: readonly string[];
  /** The paths of what could be read. */
  readonly documents: readonly string[];
  readonly timestamp: Date;
  readonly durationMs: number;
  readonly decoded: DecodedRegistry<A>;
}

/** What a reload or a rollback comes to, before it is applied. */
export interface Outcome<A> {
  readonly type: ReloadEvent["type"];
  /** What is to be served: another snapshot than before, or the same. */
  readonly snapshot: RegistrySnapshot<A>;
  readonly changes: Changes;
  /** What keeps the rest from being served. */
  readonly issues: readonly Issue[];
  /** Where the files have the agents now, when they could be read. */
  readonly places?: ReadonlyMap<string, Origin>;
  /** The snapshot that would have been served, had the guard not refused it. */
  readonly refused?: RegistrySnapshot<A>;
  /** What the cache has to do with it: that it is served, or why it is not. */
  readonly cacheIssue?: Issue;
  /** The files say what they said before the pinned revision was pinned, which goes on being served. */
  readonly leftAside?: true;
}

const NO_CHANGES = toChanges([], [], []);
const NOTHING_STALE: ReadonlyMap<string, readonly Issue[]> = new ReadOnlyMap();

/**
 * What a reading comes to on top of a snapshot.
 *
 * @param places where the files had the agents when they were last read
 */
export function outcomeOf<A extends object>(
  previous: RegistrySnapshot<A>,
  { decoded, documents, timestamp }: Attempt<A>,
  onInvalid: OnInvalid,
  places: ReadonlyMap<string, Origin>,
): Outcome<A> {
  const { errors } = decoded;
  if (errors.length === 0) {
    const content = { ...decoded, stale: NOTHING_STALE };
    return outcomeFrom(nextSnapshot(previous, content, timestamp), previous, []);
  }
  if (onInvalid === "reject" || !canIsolate(decoded, documents)) return rejected(previous, errors);
  const next = nextSnapshot(previous, isolate(previous, decoded, places), timestamp);
  return outcomeFrom(next, previous, errors);
}

/** What serving an older snapshot again comes to. */
export function outcomeOfRollback<A extends object>(
  previous: RegistrySnapshot<A>,
  older: RegistrySnapshot<A>,
  timestamp: Date,
): Outcome<A> {
  const { agents, document, origins, stale, warnings } = Snapshot.contentOf(older);
  const content = { agents, around: document, origins, stale, warnings };
  return outcomeFrom(nextSnapshot(previous, content, timestamp), previous, []);
}

/** What a change that is refused as a whole comes to. */
export function rejected<A>(previous: RegistrySnapshot<A>, issues: readonly Issue[]): Outcome<A> {
  return { type: "rejected", snapshot: previous, changes: NO_CHANGES, issues };
}

/** What an outcome becomes that is good, but not wanted. */
export function refusedOutcome<A>(
  { snapshot: refused, places }: Outcome<A>,
  previous: RegistrySnapshot<A>,
  issue: Issue,
): Outcome<A> {
  return { ...rejected(previous, [issue]), refused, ...(places === undefined ? {} : { places }) };
}

/** What an outcome becomes that is known, and not to be served. */
export function leftAside<A>(outcome: Outcome<A>, previous: RegistrySnapshot<A>): Outcome<A> {
  return { ...outcome, snapshot: previous, leftAside: true };
}

function outcomeFrom<A>(
  next: Pick<Outcome<A>, "snapshot" | "changes" | "places">,
  previous: RegistrySnapshot<A>,
  issues: readonly Issue[],
): Outcome<A> {
  if (issues.length > 0) return { type: "partial", ...next, issues };
  return { type: next.snapshot === previous ? "unchanged" : "applied", ...next, issues };
}

/** The next snapshot, or the one there is when nothing means something else. */
function nextSnapshot<A extends object>(
  snapshot: RegistrySnapshot<A>,
  content: Content<A>,
  loadedAt: Date,
): Pick<Outcome<A>, "snapshot" | "changes" | "places"> {
  const served = Snapshot.contentOf(snapshot);
  const { agents, changes } = compared(served.agents, content);
  const { around, stale, warnings } = content;
  const origins = ReadOnlyMap.sharing(content.origins, served.origins, sameValue);
  const sameDocument = sameValue(snapshot.document, around);
  const unchanged = sameDocument && isEmpty(changes) && sameStale(served.stale, stale) &&
    // A field that is only warned of, an agent's own id, is no part of the agent.
    sameFindings(snapshot.warnings, warnings);
  // An empty registry that was loaded is something else than none.
  if (unchanged && snapshot.revision > 0) return { snapshot, changes, places: origins };
  const document = sameDocument ? snapshot.document : around;
  const revision = snapshot.revision + 1;
  const next = { revision, loadedAt, agents, document, origins, stale, warnings };
  return { snapshot: new Snapshot<A>(next), changes, places: origins };
}

/** The agents to serve, and how they differ from those that are served. */
function compared<A>(
  served: ReadonlyMap<string, A>,
  { agents, since }: Pick<Content<A>, "agents" | "since">,
): { agents: ReadonlyMap<string, A>; changes: Changes } {
  // A decoder that has compared with these very agents need not be checked on, agent by agent.
  if (since?.agents === served) return { agents, changes: since.changes };
  const kept = keepUnchanged(served, agents);
  return { agents: ReadOnlyMap.sharing(kept, served), changes: changesBetween(served, kept) };
}

/** Puts the agents that there were in place of those that are equal to them. */
function keepUnchanged<A>(
  previous: ReadonlyMap<string, A>,
  next: ReadonlyMap<string, A>,
): ReadonlyMap<string, A> {
  const kept = new Map<string, A>();
  let same = true;
  for (const [id, agent] of next) {
    const before = previous.get(id);
    const keep = before !== undefined && before !== agent && sameValue(before, agent);
    same &&= !keep;
    kept.set(id, keep ? before : agent);
  }
  // The map itself, if it will do: snapshots share it, and a decoder knows its own again.
  return same ? next : kept;
}

/** Whether the same agents are stale for the same reasons. */
function sameStale(a: RegistrySnapshot<unknown>["stale"], b: typeof a): boolean {
  if (a === b) return true;
  return a.size === b.size &&
    [...a].every(([id, issues]) => {
      const others = b.get(id);
      return others !== undefined && sameFindings(issues, others);
    });
}

/** Whether two lists of issues say the same, wherever in the text they say it. */
function sameFindings(a: readonly Issue[], b: readonly Issue[]): boolean {
  const said = ({ code, path, pointer, message }: Issue) => [code, path, pointer, message];
  return a === b || sameValue(a.map(said), b.map(said));
}

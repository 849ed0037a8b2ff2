import type { DecodedRegistry } from "../decode/decoded-registry.ts";
import type { Issue } from "../model/report/issue.ts";
import { PAUSE_AFTER } from "../model/value/pause-after.ts";
import { findByPathOrAncestor } from "../model/value/find-by-path-or-ancestor.ts";
import { type Origin, type RegistrySnapshot, Snapshot } from "../model/snapshot/snapshot.ts";
import { SOURCE_PATH } from "../model/report/source-issue.ts";

/** The part of a reading that can be served. */
export interface Content<A>
  extends Pick<DecodedRegistry<A>, "agents" | "metadata" | "origins" | "warnings" | "since"> {
  readonly stale: ReadonlyMap<string, readonly Issue[]>;
}

/**
 * Whether part of a reading with errors can be served: at least one document could be read, and every
 * error belongs to one entry or one document, which can be left out.
 *
 * @param documents the paths of the documents of the reading
 */
export function canIsolate<A>(
  { errors, broken, lost, incomplete }: DecodedRegistry<A>,
  documents: readonly string[],
): boolean {
  if (!documents.some((path) => lost?.has(path) !== true)) return false;
  if (errors.some(({ path }) => path === SOURCE_PATH)) return false;
  const owned = new Set(
    [...broken?.values() ?? [], ...incomplete?.values() ?? []].flat().map(identityOf),
  );
  return errors.every((issue) =>
    lost?.has(issue.path) === true || owned.has(identityOf(issue)) ||
    // Stands for further issues; the first hundred are checked.
    issue.code === "more-issues"
  );
}

/**
 * Takes, in steps, what is valid in a reading, and the rest from the previous snapshot: agents whose entry is
 * broken, all agents of documents that are lost, and the metadata that a lost document may have had. The
 * part of a lost document that can be read is not taken: it may be incomplete. Where an entry has no id,
 * agents that are missing from its document are kept: it may be any of them.
 *
 * The agents are in the order of the reading; those of lost documents come after them.
 *
 * @param places where the files had the agents when they were last read: one that has moved since its
 * snapshot is lost with the document that it moved to
 */
export function* isolate<A>(
  snapshot: RegistrySnapshot<A>,
  decoded: DecodedRegistry<A>,
  places: ReadonlyMap<string, Origin>,
): Generator<undefined, Content<A>, unknown> {
  const previous = Snapshot.contentOf(snapshot);
  const { broken = new Map<string, readonly Issue[]>(), lost, incomplete } = decoded;
  const agents = new Map<string, A>();
  const origins = new Map<string, Origin>();
  const stale = new Map<string, readonly Issue[]>();
  const placeOf = (id: string): Origin | undefined => places.get(id) ?? previous.origins.get(id);
  const put = (id: string, agent: A | undefined, origin: Origin | undefined): boolean => {
    if (agent === undefined) return false;
    agents.set(id, agent);
    if (origin !== undefined) origins.set(id, origin);
    return true;
  };
  const keep = (id: string, issues: readonly Issue[], origin: Origin | undefined): void => {
    if (put(id, previous.agents.get(id), origin)) stale.set(id, Object.freeze([...issues]));
  };

  let looked = 0;
  const ids = [...decoded.origins.keys(), ...decoded.agents.keys(), ...broken.keys()];
  for (const id of new Set(ids)) {
    if (++looked % PAUSE_AFTER === 0) yield;
    const issues = broken.get(id);
    const origin = decoded.origins.get(id);
    if (origin !== undefined && findByPathOrAncestor(origin.path, lost) !== undefined) continue;
    if (issues === undefined) put(id, decoded.agents.get(id), origin);
    else keep(id, issues, origin ?? placeOf(id));
  }
  for (const id of previous.agents.keys()) {
    if (++looked % PAUSE_AFTER === 0) yield;
    if (agents.has(id)) continue;
    const origin = placeOf(id);
    const issues = origin &&
      (findByPathOrAncestor(origin.path, lost) ?? incomplete?.get(origin.path));
    if (issues !== undefined) keep(id, issues, origin);
  }
  const metadata = lost === undefined || lost.size === 0
    ? decoded.metadata
    : Object.freeze({ ...previous.document, ...decoded.metadata });
  return { agents, origins, stale, metadata, warnings: decoded.warnings };
}

/** Identifies an issue, wherever it is listed. */
function identityOf({ code, path, line, column, message }: Issue): string {
  return JSON.stringify([code, path, line, column, message]);
}

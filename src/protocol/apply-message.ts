import { deepFreeze } from "../model/value/deep-freeze.ts";
import { ReadOnlyMap } from "../model/snapshot/read-only-map.ts";
import { sameValue } from "../model/value/same-value.ts";
import {
  type Origin,
  type RegistrySnapshot,
  Snapshot,
  type SnapshotContent,
} from "../model/snapshot/snapshot.ts";
import type { Issue } from "../model/report/issue.ts";
import type { WireAgent, WireOrigin, WirePatch, WireSnapshot } from "./messages.ts";
import { movedOrigin } from "./moved-origin.ts";

/**
 * The snapshot that a whole one stands for. Agents that mean the same as before stay the very same
 * objects, also when another server tells of them.
 */
export function snapshotFrom<A extends object>(
  wire: WireSnapshot,
  older: RegistrySnapshot<A>,
): RegistrySnapshot<A> {
  const before = Snapshot.contentOf(older);
  const agents = new Map<string, A>();
  const origins = new Map<string, Origin>();
  for (const [at, agent] of wire.agents.entries()) {
    agents.set(agent.id, keptOr(agent, before));
    const origin = wire.origins[at];
    if (origin) origins.set(agent.id, originFrom(origin, wire.paths));
  }
  return new Snapshot<A>({
    revision: wire.revision,
    loadedAt: new Date(wire.loadedAt),
    agents: readOnly(agents),
    document: keptValue(before.document, wire.document),
    origins: readOnly(origins),
    stale: staleFrom(wire.stale),
    warnings: keptValue(before.warnings, wire.warnings),
  });
}

/** The snapshot that a patch makes of the one before. */
export function patchedSnapshot<A extends object>(
  patch: WirePatch,
  older: RegistrySnapshot<A>,
): RegistrySnapshot<A> {
  const before = Snapshot.contentOf(older);
  const agents = patchedAgents(patch, before);
  const { stale } = patch;
  return new Snapshot<A>({
    revision: patch.revision,
    loadedAt: new Date(patch.loadedAt),
    agents,
    document: keptValue(before.document, patch.document),
    origins: patchedOrigins(patch, before, agents),
    stale: stale === undefined ? before.stale : staleFrom(stale),
    warnings: keptValue(before.warnings, patch.warnings),
  });
}

function patchedAgents<A extends object>(
  { order, agents: changed = [] }: WirePatch,
  before: SnapshotContent<A>,
): ReadonlyMap<string, A> {
  if (order === undefined && changed.length === 0) return before.agents;
  const news = new Map(changed.map((agent) => [agent.id, keptOr(agent, before)]));
  if (order === undefined) {
    const agents = new Map(before.agents);
    for (const [id, agent] of news) agents.set(id, agent);
    return readOnly(agents);
  }
  const keys = [...before.agents.keys()];
  const agents = new Map<string, A>();
  const add = (id: string): void => {
    const agent = news.get(id) ?? before.agents.get(id);
    if (agent === undefined) throw new TypeError("Expected a patch to hold each agent that is new");
    agents.set(id, agent);
  };
  for (const part of order) {
    if (typeof part === "string") add(part);
    else for (const id of keys.slice(part[0], part[0] + part[1])) add(id);
  }
  return readOnly(agents);
}

function patchedOrigins<A>(
  { order, paths = [], origins: placed = [], moved = [] }: WirePatch,
  before: SnapshotContent<A>,
  agents: ReadonlyMap<string, A>,
): ReadonlyMap<string, Origin> {
  if (order === undefined && placed.length + moved.length === 0) return before.origins;
  const ids = [...agents.keys()];
  const origins = new Map<string, Origin>();
  for (const id of ids) {
    const origin = before.origins.get(id);
    if (origin !== undefined) origins.set(id, origin);
  }
  for (const [start, count, lines, items] of moved) {
    for (const id of ids.slice(start, start + count)) {
      const origin = origins.get(id);
      if (origin !== undefined) origins.set(id, movedOrigin(origin, lines, items));
    }
  }
  for (const [id, origin] of placed) {
    if (origin === null) origins.delete(id);
    else origins.set(id, originFrom(origin, paths));
  }
  return readOnly(origins);
}

function keptOr<A extends object>(agent: WireAgent, before: SnapshotContent<A>): A {
  const older = before.agents.get(agent.id);
  return older !== undefined && sameValue(older, agent) ? older : deepFreeze(agent) as object as A;
}

function keptValue<T>(older: T, newer: T | undefined): T {
  return newer === undefined || sameValue(older, newer) ? older : deepFreeze(newer);
}

function originFrom([path, line, column, pointer]: WireOrigin, paths: readonly string[]): Origin {
  return Object.freeze({ path: paths[path] ?? "", line, column, pointer });
}

function staleFrom(stale: WireSnapshot["stale"]): ReadonlyMap<string, readonly Issue[]> {
  return readOnly(new Map(stale.map(([id, issues]) => [id, deepFreeze(issues)])));
}

function readOnly<V>(map: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  return ReadOnlyMap.lazy(() => map);
}

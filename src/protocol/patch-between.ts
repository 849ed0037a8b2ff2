import { sameValue } from "../model/value/same-value.ts";
import {
  type Origin,
  type RegistrySnapshot,
  Snapshot,
  type SnapshotContent,
} from "../model/snapshot/snapshot.ts";
import type { WireAgent, WireMove, WireOrder, WireOrigin, WirePatch } from "./messages.ts";
import { itemOf } from "./moved-origin.ts";

/** What a follower at `before` has to be told to be at `after`. */
export function patchBetween(
  older: RegistrySnapshot<object>,
  newer: RegistrySnapshot<object>,
): WirePatch {
  const [before, after] = [Snapshot.contentOf(older), Snapshot.contentOf(newer)];
  const order = orderFrom([...before.agents.keys()], [...after.agents.keys()]);
  const agents: WireAgent[] = [];
  for (const [id, agent] of after.agents) {
    const known = before.agents.get(id);
    if (known !== agent && !sameValue(known, agent)) agents.push(agent as WireAgent);
  }
  return {
    revision: after.revision,
    loadedAt: after.loadedAt.toISOString(),
    ...(order === undefined ? {} : { order }),
    ...(agents.length === 0 ? {} : { agents }),
    ...(sameValue(before.document, after.document) ? {} : { document: after.document }),
    ...originsFrom(before, after),
    ...(sameEntries(before.stale, after.stale) ? {} : { stale: [...after.stale] }),
    ...(sameValue(older.warnings, newer.warnings) ? {} : { warnings: newer.warnings }),
  };
}

/** The new order as stretches of the older one, `undefined` where it is the same. */
function orderFrom(before: readonly string[], after: readonly string[]): WireOrder | undefined {
  if (before.length === after.length && after.every((id, at) => id === before[at])) {
    return undefined;
  }
  const positions = new Map(before.map((id, at) => [id, at]));
  const order: ([number, number] | string)[] = [];
  for (const id of after) {
    const at = positions.get(id);
    const last = order.at(-1);
    if (at === undefined) order.push(id);
    else if (typeof last === "object" && last[0] + last[1] === at) last[1]++;
    else order.push([at, 1]);
  }
  return order;
}

function originsFrom(
  before: SnapshotContent<object>,
  after: SnapshotContent<object>,
): Pick<WirePatch, "paths" | "origins" | "moved"> {
  if (before.origins === after.origins) return {};
  const paths = new Map<string, number>();
  const origins: [string, WireOrigin | null][] = [];
  const moved: [number, number, number, number][] = [];
  let position = 0;
  for (const id of after.agents.keys()) {
    const at = position++;
    const [older, newer] = [before.origins.get(id), after.origins.get(id)];
    if (older === newer) continue;
    const move = before.agents.has(id) ? moveOf(older, newer) : undefined;
    if (move === undefined) {
      origins.push([id, newer === undefined ? null : wireOrigin(newer, paths)]);
    } else if (move[0] !== 0 || move[1] !== 0) pushMove(moved, at, move);
  }
  return {
    ...(origins.length === 0 ? {} : { paths: [...paths.keys()], origins }),
    ...(moved.length === 0 ? {} : { moved: moved satisfies WireMove[] }),
  };
}

function pushMove(
  moved: [number, number, number, number][],
  at: number,
  [lines, items]: readonly [number, number],
): void {
  const last = moved.at(-1);
  const goesOn = last !== undefined && last[0] + last[1] === at && last[2] === lines &&
    last[3] === items;
  if (goesOn) last[1]++;
  else moved.push([at, 1, lines, items]);
}

/** By how many lines and items an origin moved, `undefined` if it did something else. */
function moveOf(
  older: Origin | undefined,
  newer: Origin | undefined,
): readonly [lines: number, items: number] | undefined {
  if (older === undefined || newer === undefined) return undefined;
  if (older.path !== newer.path || older.column !== newer.column) return undefined;
  const lines = newer.line - older.line;
  if (older.pointer === newer.pointer) return [lines, 0];
  const [from, to] = [itemOf(older.pointer), itemOf(newer.pointer)];
  return from === undefined || to === undefined || from.list !== to.list
    ? undefined
    : [lines, to.item - from.item];
}

/** An origin, with its path as a number: the paths of a registry are few. */
export function wireOrigin(origin: Origin, paths: Map<string, number>): WireOrigin {
  const path = paths.get(origin.path) ?? paths.size;
  paths.set(origin.path, path);
  return [path, origin.line, origin.column, origin.pointer];
}

function sameEntries(
  a: ReadonlyMap<string, unknown>,
  b: ReadonlyMap<string, unknown>,
): boolean {
  return a === b || (a.size === 0 && b.size === 0) || sameValue([...a], [...b]);
}

import type { Buffer } from "node:buffer";
import { type Changes, toChanges } from "../model/changes.ts";
import { sameValue } from "../model/same-value.ts";
import type { Names } from "./validate/cross-check.ts";
import type { EntryList } from "./entry-list.ts";
import type { IdChange, IdIndex } from "./id-index.ts";
import { type EntryRules, type KnownEntry, toKnownEntry } from "./known-entry.ts";
import type { ReadFile, ReloadPlan } from "./plan-reload.ts";
import { DASH, sameShape, type Shape } from "./shape.ts";
import type { Piece } from "./split-entries.ts";

/** The entries of the latest file without an error. */
export interface KnownFile<A> extends ReadFile<KnownEntry<A>> {
  readonly path: string;
  /** To be called once nobody looks at its bytes any more. */
  readonly release: (() => void) | undefined;
  readonly rules: EntryRules;
  readonly index: IdIndex<KnownEntry<A>>;
  /** How many entries name an id as that of another agent. */
  readonly named: Map<string, number>;
  /** Maps that hold these very agents: the one handed out, and one that it did not differ from. */
  readonly agents: readonly ReadonlyMap<string, A>[];
}

/** The entries that a plan looks at: those that were there, by id, and those that take their place. */
export interface Replacement<A> {
  readonly old: ReadonlyMap<string, KnownEntry<A>>;
  readonly entries: readonly KnownEntry<A>[];
  readonly ids: ReadonlySet<string>;
}

/**
 * Reads the pieces of a plan. Those whose bytes are known are not read again; of the others, those
 * that mean the same as what is served keep the agent that is served.
 *
 * Returns undefined when a piece is out of the ordinary, or an id is there twice. Yields before each
 * piece, for callers that have other things to do.
 */
export function* replaceEntries<A extends object>(
  known: KnownFile<A> | undefined,
  bytes: Buffer,
  plan: ReloadPlan,
  rules: EntryRules,
  served: ReadonlyMap<string, A>,
): Generator<undefined, Replacement<A> | undefined, undefined> {
  const old = new Map<string, KnownEntry<A>>();
  const starts = new Map<string, number>();
  let start = plan.fromStart;
  for (const entry of known?.entries.slice(plan.from, plan.to) ?? []) {
    old.set(entry.id, entry);
    starts.set(entry.id, start);
    start += entry.bytes;
  }
  // Other rules, another indentation, other anchors to refer to give other agents.
  const reusable = known !== undefined && known.rules.validator === rules.validator &&
    sameShape(known.shape, rules.shape) &&
    known.rules.anchors?.prelude === rules.anchors?.prelude;
  const reuse = (piece: Piece): KnownEntry<A> | undefined => {
    if (known === undefined || !reusable) return undefined;
    const id = plainIdOf(bytes, piece, rules.shape);
    const entry = old.get(id);
    const at = starts.get(id);
    if (entry === undefined || at === undefined) return undefined;
    const before = known.bytes.subarray(at, at + entry.bytes);
    return before.equals(bytes.subarray(piece.start, piece.end)) ? entry : undefined;
  };

  const ids = new Set<string>();
  const entries: KnownEntry<A>[] = [];
  for (const piece of plan.pieces) {
    yield;
    const entry = reuse(piece) ?? toKnownEntry<A>(bytes, piece, rules);
    if (entry === undefined || ids.has(entry.id)) return undefined;
    if (!old.has(entry.id) && known?.index.has(entry.id)) return undefined;
    ids.add(entry.id);
    entries.push(keepAgent(entry, served));
  }
  return { old, entries, ids };
}

/** The entry with the agent that is served, when the two mean the same. */
export function keepAgent<A>(
  entry: KnownEntry<A>,
  served: ReadonlyMap<string, A>,
): KnownEntry<A> {
  const agent = served.get(entry.id);
  if (agent === undefined || agent === entry.agent) return entry;
  return sameValue(agent, entry.agent) ? { ...entry, agent } : entry;
}

/** The ids that there are once the entries are replaced, in the order of the file. */
export function idsAfter<A>(
  known: KnownFile<A> | undefined,
  { from, to }: ReloadPlan,
  { old, ids }: Replacement<A>,
): Names {
  return {
    has: (id) => ids.has(id) || (!old.has(id) && known?.index.has(id) === true),
    *[Symbol.iterator]() {
      for (const { id } of known?.entries.slice(0, from) ?? []) yield id;
      yield* ids;
      for (const { id } of known?.entries.slice(to) ?? []) yield id;
    },
  };
}

/** Whether entries that are not replaced may now name something that is not there, or is again. */
export function otherNamesMatter<A>(
  known: KnownFile<A>,
  { outline }: ReloadPlan,
  { old, ids }: Replacement<A>,
): boolean {
  if (outline !== known.outline) return true;
  const removed = [...old.keys()].filter((id) => !ids.has(id));
  const same = removed.length === 0 && ids.size === old.size;
  return !same && (known.entries.problems > 0 || removed.some((id) => known.named.has(id)));
}

/** The index once the entries are replaced; undefined when they are so many that it is less work to start over. */
export function indexAfter<A>(
  known: KnownFile<A>,
  { old, ids }: Replacement<A>,
  entries: EntryList<KnownEntry<A>>,
  replaced: readonly KnownEntry<A>[],
): IdIndex<KnownEntry<A>> | undefined {
  if (replaced.length > entries.length / 4) return undefined;
  const changes: IdChange<KnownEntry<A>>[] = [];
  for (const id of old.keys()) if (!ids.has(id)) changes.push([id, undefined]);
  for (const entry of replaced) if (old.get(entry.id) !== entry) changes.push([entry.id, entry]);
  return known.index.with(changes);
}

/** Which agents the replacement makes others. */
export function changesOf<A>({ old, entries, ids }: Replacement<A>): Changes {
  const added = entries.filter(({ id }) => !old.has(id));
  const updated = entries.filter(({ id, agent }) => old.has(id) && old.get(id)?.agent !== agent);
  const removed = [...old.keys()].filter((id) => !ids.has(id));
  return toChanges(added.map(({ id }) => id), updated.map(({ id }) => id), removed);
}

/** Keeps count of who is named. Changes the counts in place: only the latest ones are needed. */
export function countNames<A>(
  counts: Map<string, number>,
  { old, entries }: Replacement<A>,
): Map<string, number> {
  const add = (by: number) => (name: string): void => {
    const count = (counts.get(name) ?? 0) + by;
    if (count === 0) counts.delete(name);
    else counts.set(name, count);
  };
  for (const { names } of old.values()) names.forEach(add(-1));
  for (const { names } of entries) names.forEach(add(1));
  return counts;
}

/** The id of an entry, as far as it can be told without parsing it. */
function plainIdOf(bytes: Buffer, { start, end }: Piece, { type, indent }: Shape): string {
  if (type === "map") {
    const key = bytes.toString("utf8", start + indent, bytes.indexOf(":", start));
    return key.startsWith('"') ? key.slice(1, -1) : key;
  }
  const item = bytes.toString("utf8", start + indent, end);
  const [, id = item.slice(DASH.length)] = /^(?:- | +)(?:id|name): ([^\r\n]*)/m.exec(item) ?? [];
  const text = id.trim();
  return /^["']/.test(text) ? text.slice(1, -1) : text;
}

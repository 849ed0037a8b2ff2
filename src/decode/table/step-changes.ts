import { type Changes, toChanges } from "../../model/report/changes.ts";
import type { Segment } from "../segments/segment.ts";
import type { Replacement } from "../segments/segment-list.ts";
import type { IdChange, IdIndex } from "./id-index.ts";

/** A segment with an id. */
export type Identified<A> = Segment<A> & { readonly id: string };

/** What an edit comes to. */
export interface StepChanges<A> {
  readonly removed: readonly Segment<A>[];
  readonly added: readonly Segment<A>[];
  /** The ids that are gone. */
  readonly gone: ReadonlySet<string>;
  /** The ids that are new. */
  readonly fresh: ReadonlySet<string>;
  /** Whether the entries have the same ids in the same order. */
  readonly hasSameIds: boolean;
}

/** Undefined when an id is there twice: it is to be decided which entry counts. */
export function stepOf<A>(
  index: IdIndex<Identified<A>>,
  replacements: readonly Replacement<A>[],
): StepChanges<A> | undefined {
  const removed = replacements.flatMap((one) => one.removed);
  const added = replacements.flatMap((one) => one.added);
  const old = new Set<string>();
  for (const { id } of removed) if (id !== undefined) old.add(id);
  const now = new Set<string>();
  const fresh = new Set<string>();
  for (const { id } of added) {
    if (id === undefined) continue;
    if (now.has(id) || (!old.has(id) && index.has(id))) return undefined;
    now.add(id);
    if (!old.has(id)) fresh.add(id);
  }
  const gone = new Set([...old].filter((id) => !now.has(id)));
  return { removed, added, gone, fresh, hasSameIds: replacements.every(hasSameIds) };
}

function hasSameIds<A>({ removed, added }: Replacement<A>): boolean {
  return removed.length === added.length && removed.every(({ id }, at) => id === added[at]!.id);
}

/** The index after an edit; undefined when so many entries are others that it is less work to start over. */
export function indexAfter<A>(
  index: IdIndex<Identified<A>>,
  gone: ReadonlySet<string>,
  added: readonly Segment<A>[],
): IdIndex<Identified<A>> | undefined {
  if (gone.size + added.length > index.size / 4) return undefined;
  const changes: IdChange<Identified<A>>[] = [...gone].map((id) => [id, undefined]);
  for (const segment of added) {
    if (segment.id !== undefined) changes.push([segment.id, segment as Identified<A>]);
  }
  return index.with(changes);
}

export function changesOf<A>(
  removed: readonly Segment<A>[],
  added: readonly Segment<A>[],
  gone: ReadonlySet<string>,
): Changes {
  const before = new Map(removed.map((segment) => [segment.id, segment.agent]));
  const [fresh, updated]: [string[], string[]] = [[], []];
  for (const { id, agent } of added) {
    if (id === undefined) continue;
    if (!before.has(id)) fresh.push(id);
    else if (before.get(id) !== agent) updated.push(id);
  }
  return toChanges(fresh, updated, [...gone]);
}

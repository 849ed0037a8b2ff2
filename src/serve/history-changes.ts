import { diffSnapshots, type FieldChange } from "../model/snapshot/diff-snapshots.ts";
import type { WireReload } from "../protocol/messages.ts";
import type { RegistryFeed } from "./feed/registry-feed.ts";

/** Of how many agents one reload tells field by field. */
const MAX_AGENTS = 100;

/** A reload of the history, with what it changed where that is known. */
export interface HistoryEntry extends WireReload {
  /** For each updated agent the fields that differ. Of at most 100 agents. */
  readonly fields?: Readonly<Record<string, readonly FieldChange[]>>;
  /** How many updated agents are left out of `fields`. */
  readonly fieldsLeftOut?: number;
  /** What differs around the agents. */
  readonly document?: readonly FieldChange[];
}

/** The reloads that are kept, oldest first, with what each changed field by field. */
export function historyEntries<A extends object>(feed: RegistryFeed<A>): readonly HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  let served: number | undefined;
  for (const reload of feed.reloads) {
    const before = feed.revision(served ?? reload.revision - 1);
    const after = feed.revision(reload.revision);
    const isNew = reload.changes !== undefined && served !== reload.revision;
    served = reload.revision;
    if (!isNew || before === undefined || after === undefined) {
      entries.push(reload);
      continue;
    }
    const { fields, document } = diffSnapshots(before, after);
    const told = [...fields].slice(0, MAX_AGENTS);
    entries.push({
      ...reload,
      fields: Object.fromEntries(told),
      ...(fields.size > told.length ? { fieldsLeftOut: fields.size - told.length } : {}),
      document,
    });
  }
  return entries;
}

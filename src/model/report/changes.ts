import { PAUSE_AFTER } from "../value/pause-after.ts";
import { runToCompletion } from "../value/run-to-completion.ts";

/** The ids of the agents that differ between two snapshots. */
export interface Changes {
  /** Ids that are new, in the order of the file. */
  readonly added: readonly string[];
  /** Ids whose agent has other data than before. */
  readonly updated: readonly string[];
  /** Ids that are gone. */
  readonly removed: readonly string[];
}

/** Compares two maps of agents by reference: whoever kept an unchanged agent `===` is not told. */
export function changesBetween<A>(
  previous: ReadonlyMap<string, A>,
  next: ReadonlyMap<string, A>,
): Changes {
  return runToCompletion(comparing(previous, next));
}

/** The same in steps. */
export function* comparing<A>(
  previous: ReadonlyMap<string, A>,
  next: ReadonlyMap<string, A>,
): Generator<undefined, Changes, unknown> {
  const added: string[] = [];
  const updated: string[] = [];
  let looked = 0;
  for (const [id, agent] of next) {
    if (++looked % PAUSE_AFTER === 0) yield;
    if (!previous.has(id)) added.push(id);
    else if (previous.get(id) !== agent) updated.push(id);
  }
  const removed: string[] = [];
  for (const id of previous.keys()) {
    if (++looked % PAUSE_AFTER === 0) yield;
    if (!next.has(id)) removed.push(id);
  }
  return toChanges(added, updated, removed);
}

/** Freezes lists of ids as changes. */
export function toChanges(added: string[], updated: string[], removed: string[]): Changes {
  return Object.freeze({
    added: Object.freeze(added),
    updated: Object.freeze(updated),
    removed: Object.freeze(removed),
  });
}

/** Whether no agent differs. */
export function isEmpty(changes: Changes): boolean {
  return changes.added.length + changes.updated.length + changes.removed.length === 0;
}

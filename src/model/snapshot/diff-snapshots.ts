import { fieldOf } from "../agent/agent-filter.ts";
import { shownField } from "../agent/written-fields.ts";
import { type Changes, changesBetween } from "../report/changes.ts";
import { sameValue } from "../value/same-value.ts";
import type { RegistrySnapshot } from "./snapshot.ts";

/** One field of one agent, before and after. `undefined` stands for a field that is not there. */
export interface FieldChange {
  /** The field's name. */
  readonly field: string;
  /** Its value in the older snapshot. */
  readonly before: unknown;
  /** Its value in the newer snapshot. */
  readonly after: unknown;
}

/** What differs between two snapshots. */
export interface SnapshotDiff extends Changes {
  /** For every updated agent the fields that differ, in the order of the newer agent. */
  readonly fields: ReadonlyMap<string, readonly FieldChange[]>;
  /** What differs around the agents, by the keys of the document. */
  readonly document: readonly FieldChange[];
}

/**
 * Compares two snapshots: which agents were added, updated, removed, and for the updated ones which
 * fields changed and how.
 *
 * Unchanged agents that the two snapshots share are passed over by reference. A field with variables is given
 * as it is written: one whose variable has changed alone differs, with the same `before` and `after`.
 *
 * @example
 * ```ts
 * import { diffSnapshots, memorySource, openRegistry } from "@agent-registry/rx";
 *
 * const text = (owner: string) => `
 * agents:
 *   planner: { name: Planner, category: system, environment: test, owner: ${owner}, version: 1.0.0, location: planner }
 * `;
 * const source = memorySource({ "agents.yaml": text("core") });
 * await using registry = await openRegistry(source);
 * const before = registry.snapshot;
 * source.write("agents.yaml", text("search"));
 * await registry.reload();
 * const { updated, fields } = diffSnapshots(before, registry.snapshot);
 * console.assert(updated[0] === "planner");
 * console.assert(fields.get("planner")?.[0]?.after === "search");
 * ```
 */
export function diffSnapshots<A extends object>(
  before: RegistrySnapshot<A>,
  after: RegistrySnapshot<A>,
): SnapshotDiff {
  const changes = changesBetween(before.agents, after.agents);
  const fields = new Map<string, readonly FieldChange[]>();
  for (const id of changes.updated) {
    const changed = changedFields(before.agents.get(id)!, after.agents.get(id)!);
    if (changed.length > 0) fields.set(id, changed);
  }
  const document = changedFields(before.document, after.document);
  return { ...changes, updated: [...fields.keys()], fields, document };
}

function changedFields(before: object, after: object): readonly FieldChange[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names]
    .filter((field) => !sameValue(fieldOf(before, field), fieldOf(after, field)))
    .map((field) => ({
      field,
      before: shownField(before, field),
      after: shownField(after, field),
    }));
}

import type { RegistrySnapshot } from "../../model/snapshot/snapshot.ts";
import { cellText, type Row } from "../../text/columns-for.ts";
import type { Route } from "./route.ts";
import { valueText } from "./widgets/value.ts";

/** An agent of whatever fields. */
export type AnyAgent = Row & { readonly id: string };

const collator = new Intl.Collator(undefined, { numeric: true });

/** The agents that are wanted, in the order that is wanted. */
export function wantedAgents(
  snapshot: RegistrySnapshot<AnyAgent>,
  { query, filters, sort, descending }: Route,
): readonly AnyAgent[] {
  const text = query.trim();
  const found = text === "" ? snapshot.list() : snapshot.search(text);
  const filtered = filters.length === 0
    ? found
    : found.filter((agent) => filters.every(([field, value]) => holds(agent[field], value)));
  if (sort === undefined) return filtered;
  const keyed = filtered.map((agent) => [valueText(agent[sort]), agent] as const);
  keyed.sort(([a], [b]) => collator.compare(a, b));
  if (descending) keyed.reverse();
  return keyed.map(([, agent]) => agent);
}

/** The values that a field has, with how many agents have each: the most frequent first, at most 200. */
export function valuesOf(
  agents: readonly AnyAgent[],
  field: string,
): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const agent of agents) {
    for (const member of [agent[field]].flat()) {
      if (typeof member === "object" || member === undefined) continue;
      const text = cellText(member);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0])).slice(0, 200);
}

function holds(actual: unknown, wanted: string): boolean {
  return Array.isArray(actual)
    ? actual.some((member) => cellText(member) === wanted)
    : cellText(actual) === wanted;
}

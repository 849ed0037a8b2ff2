import { fieldOf } from "../../model/agent/agent-filter.ts";
import type { RegistrySnapshot } from "../../model/snapshot/snapshot.ts";

/** How many conditions one query may have. */
const MAX_CONDITIONS = 50;

/** The agents that a query asks for, or a sentence that says why it cannot be answered. */
export function agentsFor<A extends object>(
  snapshot: RegistrySnapshot<A>,
  query: URLSearchParams,
): readonly A[] | string {
  if (query.size > MAX_CONDITIONS) {
    return `Expected at most ${MAX_CONDITIONS} conditions, got ${query.size}`;
  }
  const conditions = [...new Set(query.keys())].filter((field) => field !== "q");
  const found = query.getAll("q").map((text) => new Set(snapshot.search(text)));
  return snapshot.list((agent) =>
    found.every((agents) => agents.has(agent)) &&
    conditions.every((field) => matches(fieldOf(agent, field), query.getAll(field)))
  );
}

/** A list must have all that is asked for, a single value be one of it. */
function matches(value: unknown, wanted: readonly string[]): boolean {
  if (Array.isArray(value)) return wanted.every((text) => value.some((item) => says(item, text)));
  return wanted.some((text) => says(value, text));
}

function says(value: unknown, text: string): boolean {
  return value !== undefined && (typeof value !== "object" || value === null) &&
    String(value) === text;
}

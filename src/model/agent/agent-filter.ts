import { sameValue } from "../value/same-value.ts";

/** What a field must be: its value, or for a list field one member or a list of members. */
export type FieldFilter<V> = NonNullable<V> extends readonly (infer E)[] ? E | readonly E[] : V;

/**
 * Which agents to list: a predicate, or for each field the value it must have. For a list field
 * such as `tags` give one member, or a list all of which the agent must have. A field that is
 * `undefined` in the filter does not count.
 */
export type AgentFilter<A> =
  | { readonly [K in keyof A]?: FieldFilter<A[K]> | undefined }
  | ((agent: A) => boolean);

/** Turns a filter into a predicate. */
export function toPredicate<A extends object>(
  filter: AgentFilter<A> | undefined,
): (agent: A) => boolean {
  if (filter === undefined) return () => true;
  if (typeof filter === "function") return filter;
  const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
  return (agent) => wanted.every(([field, value]) => matches(fieldOf(agent, field), value));
}

/** An own field of an agent, and never one that it inherits from `Object.prototype`. */
export function fieldOf(agent: object, field: string): unknown {
  return Object.hasOwn(agent, field) ? (agent as Record<string, unknown>)[field] : undefined;
}

function matches(actual: unknown, wanted: unknown): boolean {
  // Nothing is asked for: an agent without the field has all of it too.
  if (Array.isArray(wanted) && wanted.length === 0) return true;
  if (!Array.isArray(actual)) return sameValue(actual, wanted);
  return Array.isArray(wanted)
    ? wanted.every((member) => actual.includes(member))
    : actual.includes(wanted);
}

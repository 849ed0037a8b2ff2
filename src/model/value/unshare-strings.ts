/**
 * Makes the texts in plain data their own, in place; a text by itself is given back. What is cut out of a
 * text holds on to all of it, on every runtime: one agent of a long file would keep the whole file in memory,
 * for as long as a snapshot with it is kept.
 */
export function unshareStrings<T>(value: T): T;
export function unshareStrings(value: unknown): unknown {
  if (typeof value === "string") return unshareString(value);
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) value[at] = unshareStrings(item);
  } else if (typeof value === "object" && value !== null) {
    const record = value as Record<string, unknown>;
    for (const key in record) {
      const inner = record[key];
      if (typeof inner === "string") record[key] = unshareString(inner);
      else unshareStrings(inner);
    }
  }
  return value;
}

/** Joined with something, a text is written anew; what is then cut off is no more than that. */
function unshareString(text: string): string {
  return text.length < SHORTEST_CUT ? text : ` ${text}`.slice(1);
}

/** Shorter texts are copied anyway. */
const SHORTEST_CUT = 8;

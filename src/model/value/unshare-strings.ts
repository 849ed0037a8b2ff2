import { setOwn } from "./set-own.ts";

/**
 * A copy of plain data whose texts are their own. What is cut out of a text holds on to all of it, on
 * every runtime: one agent of a long file would keep the whole file in memory, for as long as a snapshot
 * with it is kept.
 */
export function unshareStrings<T>(value: T): T;
export function unshareStrings(value: unknown): unknown {
  const copies = new Map<object, unknown>();

  function copyOf(value: unknown): unknown {
    if (typeof value === "string") return unshareString(value);
    if (typeof value !== "object" || value === null) return value;
    // What stands in two places, as what an alias names does, is copied once.
    const known = copies.get(value);
    if (known !== undefined) return known;
    const copy = Array.isArray(value) ? value.map(copyOf) : copyOfRecord(value);
    copies.set(value, copy);
    return copy;
  }

  function copyOfRecord(record: object): object {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(record)) {
      setOwn(copy, key, copyOf((record as Record<string, unknown>)[key]));
    }
    return copy;
  }

  return copyOf(value);
}

/** Joined with something, a text is written anew; what is then cut off is no more than that. */
function unshareString(text: string): string {
  return text.length < SHORTEST_CUT ? text : ` ${text}`.slice(1);
}

/** Shorter texts are copied anyway. */
const SHORTEST_CUT = 8;

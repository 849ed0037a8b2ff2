import { frozenDate } from "./frozen-date.ts";

/** A value that is no plain data, and where it is. */
export interface ForeignValue {
  /** Keys and indexes that lead to it. */
  readonly tokens: readonly string[];
  readonly value: unknown;
  /** Whether it is plain but stands within itself. */
  readonly isCycle: boolean;
}

/**
 * Copies plain data: scalars, lists, maps, and Dates, which become such as cannot be set. Whoever made
 * it may go on using what it is made of.
 *
 * Everything else can be neither frozen nor compared: class instances (a Map, a URL), functions,
 * symbols, and what contains itself. It is left out, and told in `foreign`.
 */
export function plainCopy(value: unknown): { copy: unknown; foreign: readonly ForeignValue[] } {
  const foreign: ForeignValue[] = [];
  const within = new Set<object>();

  function copyOf(value: unknown, tokens: readonly string[]): unknown {
    if (isScalar(value)) return value;
    if (value instanceof Date) return frozenDate(value);
    const isCycle = isPlain(value) && within.has(value);
    if (!isPlain(value) || isCycle) {
      foreign.push({ tokens, value, isCycle });
      return undefined;
    }
    within.add(value);
    const copy = Array.isArray(value)
      ? value.map((item, at) => copyOf(item, [...tokens, String(at)]))
      // fromEntries defines its keys, so that one named __proto__ is a key like any other.
      : Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, copyOf(item, [...tokens, key])]),
      );
    within.delete(value);
    return copy;
  }

  return { copy: copyOf(value, []), foreign };
}

function isScalar(value: unknown): boolean {
  return value === null || !["object", "function", "symbol"].includes(typeof value);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

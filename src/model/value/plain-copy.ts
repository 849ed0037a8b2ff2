import { frozenDate } from "./frozen-date.ts";

/** A value that is no plain data, and where it is. */
export interface ForeignValue {
  /** Keys and indexes that lead to it. */
  readonly tokens: readonly string[];
  readonly value: unknown;
  /** Whether it is plain but stands within itself. */
  readonly isCycle: boolean;
}

/** A copy of plain data, and what is not copied. */
export interface PlainCopy {
  readonly copy: unknown;
  /** Whether there are Dates in it, whose fields are accessors. To spread it would make them settable. */
  readonly hasDates: boolean;
  readonly foreign: readonly ForeignValue[];
}

/**
 * Copies plain data: scalars, lists, maps, and Dates. Whoever made it may go on using what it is made of.
 * Its setters can be taken from a Date, but not those of `Date.prototype`: whoever asks for one in a list
 * or a map gets a Date of their own.
 *
 * Everything else can be neither frozen nor compared: class instances (a Map, a URL), functions,
 * symbols, and what contains itself. It is left out, and told in `foreign`.
 */
export function plainCopy(value: unknown): PlainCopy {
  const foreign: ForeignValue[] = [];
  const within = new Set<object>();
  let hasDates = false;

  function copyOf(value: unknown, tokens: readonly string[]): unknown {
    if (isScalar(value)) return value;
    if (value instanceof Date) {
      hasDates = true;
      return new Date(value.getTime());
    }
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
    if (hasDates) {
      for (const [key, date] of Object.entries(copy)) {
        if (!(date instanceof Date)) continue;
        Object.defineProperty(copy, key, { enumerable: true, get: () => frozenDate(date) });
      }
    }
    return copy;
  }

  const copy = copyOf(value, []);
  return { copy, hasDates, foreign };
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

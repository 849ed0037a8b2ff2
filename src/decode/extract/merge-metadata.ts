import { isRecord } from "../../model/value/is-record.ts";

/**
 * What several documents say around their agents, together: maps are merged key by key, lists joined;
 * of other values the last one counts.
 */
export function mergeMetadata(
  all: Iterable<Readonly<Record<string, unknown>>>,
): Record<string, unknown> {
  let merged: Record<string, unknown> = {};
  for (const one of all) merged = mergeRecords(merged, one);
  return merged;
}

function mergeRecords(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  // A Map defines its keys, so that one named __proto__ is a key like any other.
  const merged = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) {
    merged.set(key, mergeValues(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function mergeValues(a: unknown, b: unknown): unknown {
  if (isRecord(a) && isRecord(b)) return mergeRecords(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  return b;
}

import { isRecord } from "../../model/value/is-record.ts";

/**
 * The names that a part of the document declares: the keys of a map, or the items of a list, each
 * either text or a map with `id` or `name`.
 */
export function declaredNames(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    return value
      .map((item) => isRecord(item) ? item["id"] ?? item["name"] : item)
      .filter((name) => typeof name === "string");
  }
  return isRecord(value) ? Object.keys(value) : [];
}

/** All names in a taxonomy, whose groups may hold lists or further groups. */
export function declaredNamesInGroups(value: unknown): readonly string[] {
  const groups = Array.isArray(value) || isRecord(value) ? Object.values(value) : [];
  return [...declaredNames(value), ...groups.flatMap(declaredNamesInGroups)];
}

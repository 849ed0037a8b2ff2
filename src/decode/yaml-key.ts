import { isScalar } from "yaml";

/**
 * The text of a scalar key, or undefined when the key is a merge key or no scalar. Numbers, booleans
 * and null are taken as they are written: `1.10` and `007` stay apart from `1.1` and `7`.
 */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key) || isMergeKey(key)) return undefined;
  return typeof key.value === "string" ? key.value : key.source ?? String(key.value);
}

/** Whether a key is a plain `<<`. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

import { isScalar, type Scalar } from "yaml";

/** The text of a scalar key, or undefined when the key is a merge key or no scalar. */
export function keyText(key: unknown): string | undefined {
  return isScalar(key) && !isMergeKey(key) ? scalarText(key) : undefined;
}

/**
 * A scalar as text. Numbers, booleans and null are taken as they are written: `1.10` and `007` stay
 * apart from `1.1` and `7`.
 */
export function scalarText({ value, source }: Scalar): string {
  return typeof value === "string" ? value : source ?? String(value);
}

/** Whether a key is a plain `<<`. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

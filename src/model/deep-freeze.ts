/**
 * Freezes a plain value and everything in it. What is frozen already is taken to be frozen to the
 * bottom, so that nothing is walked twice.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof inner === "object") deepFreeze(inner);
  }
  return value;
}

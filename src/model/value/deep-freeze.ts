/**
 * Freezes a plain value and everything in it. What is frozen already is taken to be frozen to the
 * bottom, so that nothing is walked twice.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  // Plain values have no inherited keys, and a list of the values would be made for nothing.
  for (const key in value) {
    const inner = value[key];
    if (typeof inner === "object") deepFreeze(inner);
  }
  return value;
}

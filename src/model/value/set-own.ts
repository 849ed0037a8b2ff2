/**
 * Sets a key of a plain object as data, also one that objects inherit, such as `__proto__`. Says whether
 * the object had it already.
 */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): boolean {
  // Faster than `in`, and the same: nothing that is set here, or inherited, is undefined.
  if (object[key] === undefined) {
    object[key] = value;
    return false;
  }
  const isRepeated = Object.hasOwn(object, key);
  const data = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(object, key, data);
  return isRepeated;
}

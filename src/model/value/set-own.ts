/**
 * Sets a key of a plain object as data, also one that objects inherit, such as `__proto__`. Says whether
 * the object had it already.
 */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): boolean {
  if (!(key in object)) {
    object[key] = value;
    return false;
  }
  const isRepeated = Object.hasOwn(object, key);
  const data = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(object, key, data);
  return isRepeated;
}

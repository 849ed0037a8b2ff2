/** Sets a key of a plain object as data, also one that objects inherit, such as `__proto__`. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key in object) {
    const data = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(object, key, data);
  } else object[key] = value;
}

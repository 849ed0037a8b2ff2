import { distinctText } from "../value/distinct-text.ts";

/**
 * Makes a `Map` of the same entries that cannot be changed.
 *
 * It is a real `Map`, because `structuredClone`, `console.log` and the comparisons of most runtimes and
 * libraries look into the internal slots of one, and its prototype is that of `Map`, because many of them
 * compare prototypes or constructors. What reads it, reads the given map: whoever writes to the slots with
 * the methods of `Map.prototype` changes nothing that anybody gets from `get`, `has`, `size` or a loop.
 *
 * @param content must not change
 */
export function mapView<K, V>(content: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  const view = new Map<K, V>();
  // Half the time of an iterator, where the content is no Map.
  content.forEach((value, key) => view.set(key, value));
  const methods: Readonly<Record<string | symbol, unknown>> = {
    get: (key: K) => content.get(key),
    has: (key: K) => content.has(key),
    keys: () => content.keys(),
    values: () => content.values(),
    entries: () => content.entries(),
    [Symbol.iterator]: () => content.entries(),
    forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void, thisArg?: unknown) {
      for (const [key, value] of content) callback.call(thisArg, value, key, view);
    },
    toJSON: () => Object.fromEntries(content as ReadonlyMap<PropertyKey, V>),
    // fast-deep-equal finds any two Maps equal, unless it can compare what their own valueOf gives.
    valueOf: () => distinctText([...content]),
    set: refuse,
    delete: refuse,
    clear: refuse,
  };
  for (const name of Reflect.ownKeys(methods)) {
    Object.defineProperty(view, name, { value: methods[name] });
  }
  Object.defineProperty(view, "size", { get: () => content.size });
  return Object.freeze(view);
}

function refuse(): never {
  throw new TypeError("Cannot change a map of a snapshot: copy it first, by new Map(map)");
}

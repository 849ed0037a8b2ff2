const CHUNK = 64;

/**
 * An immutable map that shares what it can with the one before it: the order of the keys, when that is
 * the same, and the values in chunks. A map of ten thousand in which one value differs takes a few
 * kilobytes more, where a `Map` would take half a megabyte.
 */
export class SharedMap<K, V> implements ReadonlyMap<K, V> {
  readonly #keys: readonly K[];
  readonly #positions: ReadonlyMap<K, number>;
  readonly #chunks: readonly (readonly V[])[];

  /**
   * @param same tells whether the older value will do in place of the newer. @default by reference
   */
  constructor(
    entries: ReadonlyMap<K, V>,
    before?: SharedMap<K, V>,
    same: (older: V, newer: V) => boolean = Object.is,
  ) {
    const keys = [...entries.keys()];
    const values = [...entries.values()];
    const shared = before !== undefined && keys.length === before.size &&
      keys.every((key, at) => key === before.#keys[at]);
    this.#keys = shared ? before.#keys : keys;
    this.#positions = shared ? before.#positions : new Map(keys.map((key, at) => [key, at]));
    this.#chunks = Array.from({ length: Math.ceil(values.length / CHUNK) }, (_, index) => {
      const from = index * CHUNK;
      const chunk = values.slice(from, from + CHUNK).map((value, at) => {
        const older = before?.get(keys[from + at]!);
        return older !== undefined && same(older, value) ? older : value;
      });
      const old = before === undefined ? undefined : before.#chunks[index];
      const unchanged = old?.length === chunk.length &&
        old.every((value, at) => value === chunk[at]);
      return unchanged ? old : chunk;
    });
  }

  get size(): number {
    return this.#keys.length;
  }

  get(key: K): V | undefined {
    const position = this.#positions.get(key);
    return position === undefined
      ? undefined
      : this.#chunks[Math.floor(position / CHUNK)]?.[position % CHUNK];
  }

  has(key: K): boolean {
    return this.#positions.has(key);
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    let at = 0;
    for (const chunk of this.#chunks) {
      for (const value of chunk) callback(value, this.#keys[at++]!, this);
    }
  }

  *keys(): MapIterator<K> {
    yield* this.#keys;
  }

  *values(): MapIterator<V> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  *entries(): MapIterator<[K, V]> {
    let at = 0;
    for (const value of this.values()) yield [this.#keys[at++]!, value];
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }
}

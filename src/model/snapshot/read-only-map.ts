import { mapView } from "./map-view.ts";
import { SharedMap } from "./shared-map.ts";

/**
 * A map without `set`, `delete` and `clear`, as a snapshot stores it: it may be made when it is first
 * asked, and may share what it holds with another. People get its {@linkcode ReadOnlyMap.view}.
 */
export class ReadOnlyMap<K, V> implements ReadonlyMap<K, V> {
  #make: (() => ReadonlyMap<K, V>) | undefined;
  #made: ReadonlyMap<K, V> | undefined;
  #view: WeakRef<ReadonlyMap<K, V>> | undefined;

  constructor(entries: Iterable<readonly [K, V]> = []) {
    this.#made = new Map(entries);
    Object.freeze(this);
  }

  /**
   * A map that is made when it is first asked for something. It is not copied: whoever makes it must
   * keep it from changing.
   */
  static lazy<K, V>(make: () => ReadonlyMap<K, V>): ReadOnlyMap<K, V> {
    const map = new ReadOnlyMap<K, V>();
    map.#made = undefined;
    map.#make = make;
    return map;
  }

  /**
   * A map that shares what it can with an older one, which may have been made in any way. One that is
   * read-only already is taken as it is.
   *
   * @param same tells whether the older value will do in place of the newer. @default by reference
   */
  static sharing<K, V>(
    next: ReadonlyMap<K, V>,
    before: ReadonlyMap<K, V>,
    same?: (older: V, newer: V) => boolean,
  ): ReadOnlyMap<K, V> {
    if (next instanceof ReadOnlyMap) return next;
    const made = before instanceof ReadOnlyMap ? before.#made : undefined;
    const shared = new SharedMap(next, made instanceof SharedMap ? made : undefined, same);
    const map = new ReadOnlyMap<K, V>();
    map.#made = shared;
    return map;
  }

  get #entries(): ReadonlyMap<K, V> {
    if (this.#made === undefined) {
      this.#made = this.#make?.() ?? new Map<K, V>();
      // What it was made from need not be held any longer.
      this.#make = undefined;
    }
    return this.#made;
  }

  /**
   * The same as a real `Map`: see {@linkcode mapView}. It is made when somebody asks for it, and again
   * once nobody holds it any longer, so that an old snapshot costs no `Map`.
   */
  get view(): ReadonlyMap<K, V> {
    const known = this.#view?.deref();
    if (known !== undefined) return known;
    const view = mapView(this.#entries);
    this.#view = new WeakRef(view);
    return view;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void, thisArg?: unknown): void {
    for (const [key, value] of this.#entries) callback.call(thisArg, value, key, this);
  }

  keys(): MapIterator<K> {
    return this.#entries.keys();
  }

  values(): MapIterator<V> {
    return this.#entries.values();
  }

  entries(): MapIterator<[K, V]> {
    return this.#entries.entries();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#entries.entries();
  }
}

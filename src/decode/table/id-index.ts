import { PAUSE_AFTER } from "../../model/value/pause-after.ts";
import { runToCompletion } from "../../model/value/run-to-completion.ts";

/** What an {@linkcode IdIndex} finds. */
export interface Identified {
  readonly id: string;
}

/** A change to an {@linkcode IdIndex}: what the id stands for from now on, undefined for nothing. */
export type IdChange<E> = readonly [id: string, entry: E | undefined];

const PER_BUCKET = 12;
const FEWEST = 16;

/**
 * Finds entries by id. Immutable; a change copies the buckets that it touches and shares the rest,
 * where a `Map` would have to be copied as a whole.
 */
export class IdIndex<E extends Identified> {
  readonly size: number;
  readonly #buckets: readonly (readonly E[])[];

  private constructor(buckets: readonly (readonly E[])[], size: number) {
    this.#buckets = buckets;
    this.size = size;
  }

  static of<E extends Identified>(entries: Iterable<E>, count: number): IdIndex<E> {
    return runToCompletion(IdIndex.building(entries, count));
  }

  /** The same in steps. */
  static *building<E extends Identified>(
    entries: Iterable<E>,
    count: number,
  ): Generator<undefined, IdIndex<E>, unknown> {
    const buckets: E[][] = Array.from({ length: FEWEST + Math.ceil(count / PER_BUCKET) }, () => []);
    let size = 0;
    for (const entry of entries) {
      buckets[hash(entry.id) % buckets.length]!.push(entry);
      if (++size % PAUSE_AFTER === 0) yield;
    }
    return new IdIndex(buckets, size);
  }

  get(id: string): E | undefined {
    const bucket = this.#buckets[hash(id) % this.#buckets.length]!;
    for (const entry of bucket) if (entry.id === id) return entry;
    return undefined;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  with(changes: readonly IdChange<E>[]): IdIndex<E> {
    const buckets = [...this.#buckets];
    let { size } = this;
    for (const [id, entry] of changes) {
      const at = hash(id) % buckets.length;
      const others = buckets[at]!.filter((other) => other.id !== id);
      size += others.length - buckets[at]!.length + (entry === undefined ? 0 : 1);
      buckets[at] = entry === undefined ? others : [...others, entry];
    }
    // Crowded buckets are slow: after much growth it is time for more of them.
    return size > 4 * PER_BUCKET * buckets.length
      ? IdIndex.of(buckets.flat(), size)
      : new IdIndex(buckets, size);
  }
}

/** FNV-1a over UTF-16 code units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}

/** How many lists are known before those that nobody holds any longer are looked for. */
const FIRST_SWEEP = 64;

/**
 * Gives one list for equal lists of the same agents. The lists are held weakly: the pool keeps those that
 * somebody keeps, however many questions are asked.
 */
export class ResultPool<A extends object> {
  readonly #known = new Map<string, WeakRef<readonly A[]>[]>();
  #count = 0;
  #sweepAt = FIRST_SWEEP;

  /**
   * The list that stands for all that have these members, in this order.
   *
   * @param list is frozen, and may become that list
   * @param keyOf a text for an agent: lists whose first and last agents have other texts are not compared
   */
  share(list: readonly A[], keyOf: (agent: A) => string): readonly A[] {
    const [first, last] = [list[0], list.at(-1)];
    const ends = [first, last].map((agent) => agent === undefined ? "" : keyOf(agent));
    const key = JSON.stringify([list.length, ...ends]);
    const alike = this.#known.get(key) ?? [];
    for (const known of alike) {
      const shared = known.deref();
      if (shared?.every((agent, at) => agent === list[at]) === true) return shared;
    }
    this.#known.set(key, [...alike, new WeakRef(Object.freeze(list))]);
    if (++this.#count >= this.#sweepAt) this.#sweep();
    return list;
  }

  #sweep(): void {
    this.#count = 0;
    for (const [key, refs] of this.#known) {
      const held = refs.filter((known) => known.deref() !== undefined);
      this.#count += held.length;
      if (held.length === 0) this.#known.delete(key);
      else this.#known.set(key, held);
    }
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#count);
  }
}

/**
 * Which key came after which in the entries of a file. Most are alike, so that it mostly does again:
 * to see that a text goes on with a certain key is less work than to find out which one it is, and
 * gives the same string every time, which an object takes faster than an equal one.
 */
export class KeyMemory {
  readonly #after = new Map<string, string>();

  /** The key that last came after this one, "" for the first of an entry; "" when there was none. */
  after(key: string): string {
    return this.#after.get(key) ?? "";
  }

  learn(key: string, next: string): void {
    this.#after.set(key, next);
  }
}

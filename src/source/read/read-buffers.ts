/** A spare buffer is let go when it has this much, in bytes, beyond twice what is wanted. */
const SLACK = 1024 * 1024;

/**
 * Memory that is read into again and again. Large files make it worth its while: every few new buffers
 * of their size the garbage collector walks through the whole heap, which takes longer than reading.
 *
 * A buffer is held by whoever took it and whoever retained it since. When all have released it, it is
 * the spare one, of which there is one at most. Its memory is moved to another `ArrayBuffer` then, so that
 * who goes on looking at it by mistake finds it empty, and never sees what is read into it later.
 */
export class ReadBuffers {
  readonly #holders = new WeakMap<ArrayBufferLike, number>();
  #spare: ArrayBuffer | undefined;

  /** A buffer of at least `size` bytes, whatever they are, with some room for a file that grows. */
  take(size: number): Uint8Array {
    const spare = this.#spare;
    this.#spare = undefined;
    const isFit = spare !== undefined && spare.byteLength >= size &&
      spare.byteLength <= 2 * size + SLACK;
    const buffer = isFit ? spare : new ArrayBuffer(size + Math.floor(size / 8));
    this.#holders.set(buffer, 1);
    return new Uint8Array(buffer);
  }

  /** Makes it one more who holds the buffer of these bytes. */
  retain({ buffer }: Uint8Array): void {
    const holders = this.#holders.get(buffer);
    if (holders !== undefined) this.#holders.set(buffer, holders + 1);
  }

  /** Makes it one less. Bytes that were not taken here are none of ours. */
  release({ buffer }: Uint8Array): void {
    const holders = this.#holders.get(buffer);
    if (holders === undefined) return;
    if (holders > 1) {
      this.#holders.set(buffer, holders - 1);
      return;
    }
    this.#holders.delete(buffer);
    // Nor is one kept that somebody has moved elsewhere, and that is empty therefore.
    if (buffer.byteLength < (this.#spare?.byteLength ?? 1)) return;
    this.#spare = structuredClone(buffer as ArrayBuffer, { transfer: [buffer as ArrayBuffer] });
  }
}

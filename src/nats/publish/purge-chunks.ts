import type { Bucket } from "@nats-io/kv";
import { from, lastValueFrom, mergeMap } from "rxjs";
import { type ChunkList, purgeChunk, REQUESTS_AT_ONCE } from "../bucket.ts";

interface Unnamed {
  /** When it was first seen, in milliseconds of `performance.now`. */
  readonly sinceMs: number;
  /** The sequence of the latest message then. */
  readonly upToSeq: number;
}

/**
 * Purges chunks that no manifest has named for a while. One that is put again meanwhile has a later
 * sequence, and stays.
 */
export class ChunkPurge {
  readonly #delayMs: number;
  #unnamed = new Map<string, Unnamed>();
  #lastSeq = 0;

  /** @param delayMs how long a chunk must have been unnamed, in milliseconds */
  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /**
   * @param list what was there before the manifest was read
   * @param named what it and the manifests before it name
   * @returns how many chunks were purged
   */
  async run(bucket: Bucket, list: ChunkList, named: ReadonlySet<string>): Promise<number> {
    const now = performance.now();
    // Sequences begin anew with another store: what was noted says nothing of it.
    if (list.lastSeq < this.#lastSeq) this.#unnamed.clear();
    this.#lastSeq = list.lastSeq;
    const unnamed = new Map<string, Unnamed>();
    for (const hash of list.hashes) {
      if (named.has(hash)) continue;
      unnamed.set(hash, this.#unnamed.get(hash) ?? { sinceMs: now, upToSeq: list.lastSeq });
    }
    this.#unnamed = unnamed;
    const due = [...unnamed].filter(([, { sinceMs }]) => now - sinceMs >= this.#delayMs);
    const purged$ = from(due).pipe(mergeMap(async ([hash, { upToSeq }]) => {
      await purgeChunk(bucket, hash, upToSeq);
      this.#unnamed.delete(hash);
    }, REQUESTS_AT_ONCE));
    await lastValueFrom(purged$, { defaultValue: undefined });
    return due.length;
  }
}

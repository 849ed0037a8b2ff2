import { isAnswer } from "../bucket.ts";

/** A consumer that a watch has made on the server. */
export interface Consumer {
  /** Rejects when the server cannot be asked, or has none. */
  delete(): Promise<unknown>;
}

/**
 * Deletes consumers that are no longer needed: the server would keep each for five minutes. One that cannot
 * be deleted, because the server is away, gets another chance.
 */
export class LeftConsumers {
  readonly #pending = new Set<Promise<void>>();
  #failed: Consumer[] = [];
  /** Whether there is no server to ask now. */
  away = false;

  /** Deletes a consumer, now or at a {@linkcode retry}. */
  delete(consumer: Consumer): void {
    if (this.away) this.#failed.push(consumer);
    else this.wait(this.#delete(consumer));
  }

  /** Deletes those that could not be deleted before. For when the server answers again. */
  retry(): void {
    for (const consumer of this.#failed.splice(0)) this.delete(consumer);
  }

  /** Makes {@linkcode released} wait for something that never rejects. */
  wait(pending: Promise<void>): void {
    this.#pending.add(pending);
    pending.finally(() => this.#pending.delete(pending));
  }

  /** Resolves when nothing is under way any more, after a last try. */
  async released(): Promise<void> {
    if (!this.away) this.retry();
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  async #delete(consumer: Consumer): Promise<void> {
    try {
      await consumer.delete();
    } catch (error) {
      // The server may say that there is none: then it is gone.
      if (!isAnswer(error)) this.#failed.push(consumer);
    }
  }
}

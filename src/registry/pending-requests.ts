import type { ReloadEvent } from "../model/reload-event.ts";

interface Pending {
  resolve(event: ReloadEvent): void;
  reject(error: Error): void;
}

/** Requests that wait for the event that answers them. */
export class PendingRequests<R> {
  readonly #pending = new Map<R, Pending>();

  /** A promise of the event. Who does not wait for it need not hear that it never came. */
  add(request: R): Promise<ReloadEvent> {
    const answered = new Promise<ReloadEvent>((resolve, reject) => {
      this.#pending.set(request, { resolve, reject });
    });
    answered.catch(() => {});
    return answered;
  }

  /** Resolves the promises of these requests. */
  answer(requests: readonly R[], event: ReloadEvent): void {
    for (const request of requests) {
      this.#pending.get(request)?.resolve(event);
      this.#pending.delete(request);
    }
  }

  /** Rejects all that wait. */
  reject(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

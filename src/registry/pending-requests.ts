import type { ReloadEvent } from "../model/report/reload-event.ts";

interface Pending {
  resolve(event: ReloadEvent): void;
  reject(error: unknown): void;
}

/** Requests that wait for the event that answers them. */
export class PendingRequests<R> {
  readonly #pending = new Map<R, Pending>();

  /**
   * A promise of the event. Who does not wait for it need not hear that it never came.
   *
   * @param signal aborting it rejects the promise with its reason
   */
  add(request: R, signal?: AbortSignal): Promise<ReloadEvent> {
    const answered = new Promise<ReloadEvent>((resolve, reject) => {
      const abort = (): void => {
        this.#pending.delete(request);
        reject(signal?.reason);
      };
      const settled = (): void => signal?.removeEventListener("abort", abort);
      signal?.addEventListener("abort", abort, { once: true });
      this.#pending.set(request, {
        resolve: (event) => (settled(), resolve(event)),
        reject: (error) => (settled(), reject(error)),
      });
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

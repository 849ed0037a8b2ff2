import { type MonoTypeOperatorFunction, retry, timer } from "rxjs";
import { RefusedError } from "./refused-error.ts";

/** How long to wait between attempts, in milliseconds. */
export interface RetryTimes {
  readonly retryMs: number;
  readonly maxRetryMs: number;
}

/**
 * Tries again whatever fails, later each time until something comes of it.
 *
 * @param failed is told why, before the wait
 */
export function retrying<T>(
  { retryMs, maxRetryMs }: RetryTimes,
  failed: (reason: string) => void,
): MonoTypeOperatorFunction<T> {
  return retry({
    resetOnSuccess: true,
    delay: (error: unknown, count) => {
      failed(reasonOf(error));
      const backoff = Math.min(retryMs * 2 ** Math.min(count - 1, 20), maxRetryMs);
      const asked = error instanceof RefusedError ? error.retryAfterMs : 0;
      // At random, so that the thousand clients of a server that was started again do not come at once.
      return timer(Math.max(backoff * (0.5 + Math.random() / 2), asked));
    },
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What runtimes say of a failed fetch ("fetch failed") is in its cause, if anywhere.
  const { message, cause } = error;
  return cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message;
}

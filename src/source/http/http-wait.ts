import { MAX_TIMER_MS } from "../positive.ts";

/** The longest wait that failures lead to by themselves, in milliseconds, unless `pollMs` is longer. */
const MAX_BACKOFF_MS = 60_000;
/** The longest that a server can ask to be left alone, in milliseconds. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** How far a wait may differ from what it should be: by a tenth. */
const JITTER = 0.1;

/**
 * How long to wait before the next poll, in milliseconds: longer with each failure, and never the same
 * for two followers.
 *
 * @param failures how many there were in a row
 */
export function pollWaitMs(pollMs: number, failures: number): number {
  const backoff = Math.min(pollMs * 2 ** Math.min(failures, 16), Math.max(pollMs, MAX_BACKOFF_MS));
  return Math.min(backoff * (1 - JITTER + 2 * JITTER * Math.random()), MAX_TIMER_MS);
}

/** How long a server asks to be left alone (`Retry-After`, RFC 9110), in milliseconds. */
export function retryAfterMs(headers: Headers, now: number): number {
  const value = headers.get("retry-after")?.trim() ?? "";
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

import { Observable, timeout } from "rxjs";
import { HttpFailure } from "./http-failure.ts";
import type { Fetch } from "./http-request.ts";

/** After how much silence a stream counts as broken off, in milliseconds. */
const SILENCE_MS = 25_000;
const [LF, CR, COLON] = [10, 13, 58];

/** Where and how to ask for a stream of events. */
export interface HttpEventsRequest {
  readonly url: URL;
  readonly headers: () => Promise<Headers>;
  readonly fetch: Fetch;
}

/**
 * The stream that tells when a document changes, if its answer names one on the same origin: the link
 * relation `monitor` of RFC 5989, as `serveRegistry` gives it.
 */
export function monitorOf(url: string, headers: Headers): URL | undefined {
  const [, target] = /<([^>]*)>\s*;\s*rel="?monitor"?/.exec(headers.get("link") ?? "") ?? [];
  if (target === undefined || !URL.canParse(target, url)) return undefined;
  const monitor = new URL(target, url);
  return monitor.origin === new URL(url).origin ? monitor : undefined;
}

/**
 * Follows server-sent events, and does not look at what they say. Cold, replays nothing, never completes:
 * a stream that ends has broken off, and so errors. Emits `open` once it is there, then `event` for each.
 */
export function httpEvent$(wanted: HttpEventsRequest): Observable<"open" | "event" | "silence"> {
  return new Observable<"open" | "event" | "silence">((subscriber) => {
    const controller = new AbortController();
    const { signal } = controller;
    const follow = async (): Promise<void> => {
      const headers = await wanted.headers();
      headers.set("accept", "text/event-stream");
      const response = await wanted.fetch(wanted.url, { headers, redirect: "error", signal });
      const type = response.headers.get("content-type") ?? "";
      if (response.status !== 200 || !type.startsWith("text/event-stream")) {
        await response.body?.cancel();
        throw new HttpFailure("http-status", `No stream of events, but status ${response.status}`);
      }
      subscriber.next("open");
      const hasEvent = eventDetector();
      const reader = response.body!.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        subscriber.next(hasEvent(next.value) ? "event" : "silence");
      }
      throw new HttpFailure("http-failed", "The stream of events has ended");
    };
    follow().catch((error: unknown) => subscriber.error(error));
    return () => controller.abort();
  }).pipe(timeout({ each: SILENCE_MS }));
}

/** Tells of each piece of a stream whether it completes an event: an empty line after some field. */
function eventDetector(): (piece: Uint8Array) => boolean {
  let atStart = true;
  let hasField = false;
  return (piece) => {
    let found = false;
    for (const byte of piece) {
      if (byte === LF) {
        if (atStart && hasField) {
          found = true;
          hasField = false;
        }
        atStart = true;
      } else if (byte !== CR) {
        if (atStart && byte !== COLON) hasField = true;
        atStart = false;
      }
    }
    return found;
  };
}

import { concatMap, defer, from, Observable, timeout } from "rxjs";
import { EventParser, type ServerEvent } from "./event-parser.ts";
import { RefusedError } from "./refused-error.ts";

/**
 * After how much silence a connection counts as lost, in milliseconds. A server that is there sends a
 * comment every ten seconds at the latest.
 */
const SILENCE_MS = 25_000;

/**
 * The events of one connection.
 *
 * Cold, replays nothing, never completes: a stream that ends has broken off, and so errors.
 *
 * @param request asks for the stream
 */
export function event$(
  request: (signal: AbortSignal) => Promise<Response>,
): Observable<ServerEvent> {
  return defer(() => {
    const parser = new EventParser();
    return text$(request).pipe(
      timeout({
        each: SILENCE_MS,
        with: () => {
          throw new RefusedError(`nothing was heard for ${SILENCE_MS / 1_000} s`);
        },
      }),
      concatMap((text) => from(parser.feed(text))),
    );
  });
}

function text$(request: (signal: AbortSignal) => Promise<Response>): Observable<string> {
  return new Observable((subscriber) => {
    const gone = new AbortController();
    const read = async (): Promise<never> => {
      const { body } = await request(gone.signal);
      const reader = body!.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) throw new RefusedError("the server closed the connection");
        subscriber.next(decoder.decode(value, { stream: true }));
      }
    };
    read().catch((error: unknown) => subscriber.error(error));
    return () => gone.abort();
  });
}

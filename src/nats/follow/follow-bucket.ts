import type { NatsConnection } from "@nats-io/nats-core";
import {
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  from,
  map,
  merge,
  type Observable,
  of,
  repeat,
  retry,
  startWith,
  Subject,
  switchMap,
  tap,
  timer,
} from "rxjs";
import type { SourceChange } from "../../../mod.ts";
import { backoffMs, jittered } from "../backoff.ts";
import { reasonOf } from "../bucket.ts";
import { connectionState$ } from "../connection-state.ts";
import type { DocumentReader } from "./document-reader.ts";
import type { LeftConsumers } from "./left-consumers.ts";
import { watchManifest$ } from "./watch-manifest.ts";

/** What is followed, and how. */
export interface FollowOptions {
  readonly connection: NatsConnection;
  readonly bucket: string;
  /** Names the bucket in issues. */
  readonly name: string;
  readonly reader: DocumentReader;
  /** Emits when a read has failed that may succeed soon. */
  readonly failed$: Observable<void>;
  readonly left: LeftConsumers;
  /** In milliseconds, on average. */
  readonly pollMs: number;
}

/** A server that comes back is not asked by all followers at once: this is the average, in milliseconds. */
const AFTER_RECONNECT_MS = 200;
const LOST = "The connection to NATS is lost: changes are read when it is back";
const CLOSED = "The connection to NATS is closed: changes are no longer noticed";

/**
 * Tells when a bucket may hold another manifest than the one that was read, and how that is noticed. Never
 * errors.
 */
export function followBucket$(options: FollowOptions): Observable<SourceChange> {
  const { connection, name, left } = options;
  return connectionState$(connection).pipe(
    tap((state) => left.away = state === "disconnected" || state === "closed"),
    switchMap((state) => {
      switch (state) {
        case "connected":
          return connected$(options);
        case "reconnected":
          return timer(jittered(AFTER_RECONNECT_MS)).pipe(
            switchMap(() => merge(of(changed(name)), connected$(options))),
          );
        case "disconnected":
          return of(watchingBy("polling", name, LOST));
        case "closed":
          return of(watchingBy("polling", name, CLOSED));
      }
    }),
  );
}

function connected$(options: FollowOptions): Observable<SourceChange> {
  const { reader, failed$, left, name, pollMs } = options;
  const deaf$ = new Subject<void>();
  const poll$ = defer(() => timer(jittered(pollMs))).pipe(
    tap(() => left.retry()),
    switchMap(() => from(reader.isBehind()).pipe(catchError(() => EMPTY))),
    filter((behind) => behind),
    // The watch has missed something, and may have lost its consumer without a word.
    tap(() => deaf$.next()),
    map(() => changed(name)),
    repeat(),
  );
  const again$ = failed$.pipe(
    switchMap(() => timer(backoffMs(reader.failures))),
    map(() => changed(name)),
  );
  const watch$ = deaf$.pipe(startWith(undefined), switchMap(() => watched$(options)));
  return merge(watch$, poll$, again$);
}

function watched$({ connection, bucket, name, reader, left }: FollowOptions) {
  return defer(() => {
    const failure$ = new Subject<SourceChange>();
    const watch$ = watchManifest$(connection, bucket, left).pipe(
      filter((sign) => sign.type === "watching" || !reader.hasRead(sign.text)),
      map((sign) => {
        if (sign.type === "watching") return watchingBy("events", name);
        reader.bring(sign.text);
        return changed(name);
      }),
      retry({
        delay: (error: unknown, failures) => {
          failure$.next(
            watchingBy("polling", name, `The bucket cannot be watched: ${reasonOf(error)}`),
          );
          return timer(backoffMs(failures));
        },
        resetOnSuccess: true,
      }),
    );
    // A bucket that is not there yet is told once, however often it is looked for.
    return merge(failure$, watch$).pipe(distinctUntilChanged(saySame));
  });
}

function saySame(a: SourceChange, b: SourceChange): boolean {
  return a.type === "watching" && b.type === "watching" && a.by === b.by &&
    a.issues[0]?.message === b.issues[0]?.message;
}

function changed(name: string): SourceChange {
  return { type: "changed", paths: [name] };
}

function watchingBy(by: "events" | "polling", path: string, message?: string): SourceChange {
  if (message === undefined) return { type: "watching", by, issues: [] };
  const issue = { code: "watch-failed", severity: "warning", message, path } as const;
  return { type: "watching", by, issues: [Object.freeze(issue)] };
}

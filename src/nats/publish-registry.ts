import type { NatsConnection } from "@nats-io/nats-core";
import {
  defer,
  endWith,
  filter,
  ignoreElements,
  merge,
  type Observable,
  repeat,
  ReplaySubject,
  retry,
  share,
  switchMap,
  takeUntil,
  tap,
  timer,
} from "rxjs";
import type { AgentRegistry, ServedDocuments } from "../../mod.ts";
import { collectMap } from "../operators/collect-map.ts";
import { backoffMs, jittered } from "./backoff.ts";
import { checkBucketName, reasonOf } from "./bucket.ts";
import { BucketPublisher } from "./publish/bucket-publisher.ts";
import { checkMs } from "./check-ms.ts";
import { connectionState$ } from "./connection-state.ts";
import { MOST_BYTES } from "./publish/cut-chunks.ts";
import { sameDocuments } from "./manifest.ts";
import { packDocuments, type PackedDocuments } from "./publish/packed-documents.ts";

/** How a registry is published. */
export interface PublishOptions {
  /** The name of the key-value bucket. It is made when there is none. */
  readonly bucket: string;
  /**
   * Names the publisher to its followers, who refuse an older state of the same name. Publishers that stand
   * in for each other share one.
   * @default the name of the bucket
   */
  readonly source?: string | undefined;
  /** On how many servers of a cluster the bucket is kept, if it has to be made. @default 1 */
  readonly replicas?: number | undefined;
  /**
   * How often to look whether the bucket still holds what was published, in milliseconds; half as long up to
   * half as long again each time.
   * @default 30_000
   */
  readonly checkMs?: number | undefined;
  /**
   * How long chunks stay that no manifest names any more, in milliseconds; the same for all publishers of a
   * bucket. Followers that take longer to read begin anew.
   * @default 600_000
   */
  readonly purgeDelayMs?: number | undefined;
}

/** What came of an attempt to publish. */
export type PublishEvent =
  | {
    readonly type: "published";
    /** The revision of the registry whose documents these are. */
    readonly revision: number;
    /** The `seq` of the manifest: higher than that of any before. */
    readonly seq: number;
    /** How many chunks were sent. */
    readonly chunks: number;
    /** How many bytes they have. */
    readonly bytes: number;
  }
  | {
    readonly type: "failed";
    readonly revision: number;
    /** One line, for a person. It is tried again, unless the connection is closed. */
    readonly error: string;
  };

/** A registry that is being published. */
export interface RegistryPublication extends AsyncDisposable {
  /**
   * What came of every attempt. Replays the latest, never errors, completes when the publication, the
   * registry or the connection is closed.
   */
  readonly publish$: Observable<PublishEvent>;
  /** Ends it, and waits for an attempt that is under way. Neither registry nor connection is closed. */
  close(): Promise<void>;
}

const CHECK_MS = 30_000;
const PURGE_DELAY_MS = 600_000;
/** How long after a reconnect the bucket is looked at, on average, in milliseconds. */
const AFTER_RECONNECT_MS = 200;

/**
 * Publishes a registry to a bucket of NATS JetStream's key-value store: now, and after every reload that was
 * applied, wholly or in part. What is refused is never published, and a rollback is not either.
 *
 * Any number of publishers may run, on any machines: the bucket always holds one whole state, of the one
 * that published last. It is published again when the server has lost it.
 *
 * @param registry an open registry. It is read once more if it has not kept its documents.
 * @param connection a connection, which stays the caller's: see {@linkcode natsSource}
 * @param options see {@linkcode PublishOptions}
 * @returns what tells of it, and ends it
 * @throws {TypeError} if the bucket's name cannot be one, or an option is not of its type
 * @throws {RangeError} if an option is out of its range
 *
 * @example
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { openRegistry } from "@agent-registry/rx";
 * import { publishRegistry } from "@agent-registry/rx/nats";
 *
 * const connection = await connect({ maxReconnectAttempts: -1, pingInterval: 10_000 });
 * await using registry = await openRegistry("agents/");
 * await using publication = publishRegistry(registry, connection, { bucket: "agents" });
 * publication.publish$.subscribe((event) => console.log(event));
 * ```
 */
export function publishRegistry(
  registry: Pick<AgentRegistry<unknown>, "documents$">,
  connection: NatsConnection,
  options: PublishOptions,
): RegistryPublication {
  const { bucket, source = bucket, replicas = 1 } = options;
  const { checkMs: everyMs = CHECK_MS, purgeDelayMs = PURGE_DELAY_MS } = options;
  checkBucketName(bucket);
  checkMs("checkMs", everyMs);
  checkMs("purgeDelayMs", purgeDelayMs);
  if (!(Number.isInteger(replicas) && replicas >= 1 && replicas <= 5)) {
    throw new RangeError(`Expected replicas to be 1 to 5, got ${replicas}`);
  }
  const publisher = new BucketPublisher(connection, { bucket, source, replicas, purgeDelayMs });
  const events = new ReplaySubject<PublishEvent>(1);
  let wanted: ServedDocuments | undefined;
  let published: { of: ServedDocuments; packed: PackedDocuments } | undefined;
  let latest: PublishEvent | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  const tell = (event: PublishEvent): void => events.next(latest = event);

  const attempt = async (): Promise<void> => {
    const current = wanted;
    if (current === undefined) return;
    const packed = published?.of === current
      ? published.packed
      : packDocuments(current.documents, mostBytesOf(connection));
    const known = published !== undefined &&
      sameDocuments(published.packed.documents, packed.documents);
    let result = known ? await publisher.check(packed) : await publisher.publish(packed);
    published = { of: current, packed };
    // A check that finds nothing to do is worth telling only after one that could not be made.
    if (latest?.type === "failed") result ??= publisher.latest;
    if (result !== undefined) tell({ type: "published", revision: current.revision, ...result });
  };
  const failed = (error: string): void => {
    tell({ type: "failed", revision: wanted?.revision ?? 0, error });
  };

  const documents$ = registry.documents$.pipe(tap((documents) => wanted = documents));
  const state$ = connectionState$(connection).pipe(share());
  const reconnect$ = state$.pipe(
    filter((state) => state === "reconnected"),
    switchMap(() => timer(jittered(AFTER_RECONNECT_MS))),
  );
  const check$ = defer(() => timer(jittered(everyMs))).pipe(repeat());
  const closed$ = state$.pipe(
    filter((state) => state === "closed"),
    tap(() => failed("The connection to NATS is closed")),
  );
  const running = merge(documents$, reconnect$, check$).pipe(
    collectMap(() =>
      defer(() => underWay = attempt()).pipe(
        retry({
          delay: (error: unknown, failures) => {
            failed(reasonOf(error));
            return timer(backoffMs(failures));
          },
        }),
      )
    ),
    takeUntil(merge(closed$, registry.documents$.pipe(ignoreElements(), endWith(undefined)))),
  ).subscribe({ complete: () => events.complete() });

  const close = async (): Promise<void> => {
    running.unsubscribe();
    await underWay.catch(() => {});
    events.complete();
  };
  return { publish$: events.asObservable(), close, [Symbol.asyncDispose]: close };
}

function mostBytesOf({ info }: NatsConnection): number {
  // A payload shares its limit with its headers.
  return Math.min(MOST_BYTES, Math.max(1, (info?.max_payload ?? Infinity) - 1024));
}

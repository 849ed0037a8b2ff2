import type { NatsConnection } from "@nats-io/nats-core";
import { defer, from, Subject, tap } from "rxjs";
import type { RegistrySource } from "../../mod.ts";
import { checkBucketName, openBucket } from "./bucket.ts";
import { checkMs } from "./check-ms.ts";
import { DocumentReader } from "./follow/document-reader.ts";
import { followBucket$ } from "./follow/follow-bucket.ts";
import { LeftConsumers } from "./follow/left-consumers.ts";

/** How a bucket is followed. */
export interface NatsSourceOptions {
  /** The name of the key-value bucket. */
  readonly bucket: string;
  /**
   * How often to look whether the watch has missed something, in milliseconds; half as long up to half as
   * long again each time.
   * @default 30_000
   */
  readonly pollMs?: number | undefined;
  /** The most that all documents together may have, in bytes. @default 67_108_864 */
  readonly maxBytes?: number | undefined;
}

const POLL_MS = 30_000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Makes a source of a bucket of NATS JetStream's key-value store that {@linkcode publishRegistry} fills.
 *
 * Whatever is read was published as a whole, is checked by its hashes, and is never older than what was read
 * from the same publisher before. While the server is away, the last good state stays, and
 * `status.watching` is `"polling"`; when it is back, what was missed is read.
 *
 * @param connection a connection of `@nats-io/transport-node` or another transport. It stays the caller's:
 *   it is never closed here. Give it `maxReconnectAttempts: -1` and `pingInterval: 10_000`: by default a
 *   client gives up after ten attempts, and notices a dead server after minutes.
 * @param options see {@linkcode NatsSourceOptions}
 * @returns a source for `openRegistry`
 * @throws {TypeError} if the bucket's name cannot be one, or an option is no number
 * @throws {RangeError} if an option is out of its range
 *
 * @example
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { openRegistry } from "@agent-registry/rx";
 * import { natsSource } from "@agent-registry/rx/nats";
 *
 * const connection = await connect({ maxReconnectAttempts: -1, pingInterval: 10_000 });
 * await using registry = await openRegistry(natsSource(connection, { bucket: "agents" }));
 * registry.reload$.subscribe((event) => console.log(String(event)));
 * ```
 */
export function natsSource(
  connection: NatsConnection,
  { bucket, pollMs = POLL_MS, maxBytes = MAX_BYTES }: NatsSourceOptions,
): RegistrySource {
  checkBucketName(bucket);
  checkMs("pollMs", pollMs);
  if (!(maxBytes > 0)) throw new RangeError(`Expected maxBytes to be more than 0, got ${maxBytes}`);
  const name = `nats:${bucket}`;
  const reader = new DocumentReader(name, () => openBucket(connection, bucket), maxBytes);
  const failed$ = new Subject<void>();
  const left = new LeftConsumers();
  return {
    name,
    change$: followBucket$({ connection, bucket, name, reader, failed$, left, pollMs }),
    read: () =>
      defer(() => from(reader.read())).pipe(
        tap(() => reader.failures > 0 && failed$.next()),
      ),
    released: () => left.released(),
  };
}

import type { KvWatchEntry } from "@nats-io/kv";
import type { NatsConnection, QueuedIterator } from "@nats-io/nats-core";
import { Observable } from "rxjs";
import { MANIFEST_KEY, openBucket } from "./bucket.ts";
import type { Consumer, LeftConsumers } from "./left-consumers.ts";

/** What a watch says: that it has begun, or what the manifest is now; empty when it was deleted. */
export type ManifestSign =
  | { readonly type: "watching" }
  | { readonly type: "manifest"; readonly text: string };

/** Watches the manifest of a bucket. Errors when it cannot be watched, or no longer. */
export function watchManifest$(
  connection: NatsConnection,
  bucketName: string,
  left: LeftConsumers,
): Observable<ManifestSign> {
  return new Observable((subscriber) => {
    let end = (): void => {};
    const follow = async (): Promise<void> => {
      const bucket = await openBucket(connection, bucketName);
      if (subscriber.closed) return;
      const entries = await bucket.watch({ key: MANIFEST_KEY });
      end = () => stop(entries, left);
      if (subscriber.closed) return end();
      left.retry();
      subscriber.next({ type: "watching" });
      for await (const entry of entries) {
        const text = entry.operation === "PUT" ? entry.string() : "";
        subscriber.next({ type: "manifest", text });
      }
      throw new Error("the watch has ended");
    };
    // A consumer that is just being made can be deleted once it is there.
    left.wait(follow().catch((error) => subscriber.error(error)));
    return () => end();
  });
}

/** A watch leaves its consumer, which it holds as `_data`, to the server. */
function stop(entries: QueuedIterator<KvWatchEntry>, left: LeftConsumers): void {
  entries.stop();
  const { _data: consumer } = entries as { _data?: Consumer };
  if (consumer !== undefined) left.delete(consumer);
}

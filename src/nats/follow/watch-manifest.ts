import { randomUUID } from "node:crypto";
import type { NatsConnection } from "@nats-io/nats-core";
import { Observable } from "rxjs";
import { isAnswer, MANIFEST_KEY, openBucket } from "../bucket.ts";
import type { Consumer, LeftConsumers } from "./left-consumers.ts";

/** What a watch says: that it has begun, or what the manifest is now; empty when it was deleted. */
export type ManifestSign =
  | { readonly type: "watching" }
  | { readonly type: "manifest"; readonly text: string };

/**
 * Watches the manifest of a bucket. Errors when it cannot be watched, or no longer.
 *
 * It does what `KV.watch` does, with a consumer whose name is known before it is made: one that the server
 * could not confirm any more can be deleted all the same.
 */
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
      const name_prefix = `agents_${randomUUID()}`;
      const attempt: Consumer = {
        delete: () => bucket.jsm.consumers.delete(bucket.stream, `${name_prefix}_1`),
      };
      const consumer = await bucket.js.consumers.getPushConsumer(bucket.stream, {
        name_prefix,
        filter_subjects: bucket.subjectForKey(MANIFEST_KEY),
        deliver_policy: "last_per_subject",
      }).catch((error: unknown) => {
        if (!isAnswer(error)) left.delete(attempt);
        throw error;
      });
      end = () => left.delete(consumer);
      if (subscriber.closed) return end();
      const messages = await consumer.consume();
      end = () => {
        messages.stop();
        left.delete(consumer);
      };
      if (subscriber.closed) return end();
      left.retry();
      subscriber.next({ type: "watching" });
      for await (const message of messages) {
        const entry = bucket.jmToWatchEntry(message, true);
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

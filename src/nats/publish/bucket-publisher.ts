import type { Bucket } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/nats-core";
import { from, lastValueFrom, mergeMap } from "rxjs";
import {
  type ChunkList,
  createBucket,
  listChunks,
  MANIFEST_KEY,
  REQUESTS_AT_ONCE,
} from "../bucket.ts";
import { chunksOf, type Manifest, parseManifest, sameDocuments } from "../manifest.ts";
import type { PackedDocuments } from "./packed-documents.ts";
import { ChunkPurge } from "./purge-chunks.ts";
import { holdsChunk, manifestText, putChunks, replaceManifest } from "./bucket-writes.ts";

/** How many manifests keep their chunks: going back to one of them costs little. */
const MANIFESTS_KEPT = 8;
/** How many conflicts there may be with a manifest that nobody can read. */
const MOST_UNSEEN = 10;
/** How long a publisher that lost against another waits at most, in milliseconds. */
const AFTER_CONFLICT_MS = 20;

const DAMAGED =
  "The server refuses a manifest for one that it cannot find: the store of the bucket is " +
  "damaged. Delete the bucket (nats kv del), and it is made anew, or restart the server";

/** What a publisher needs. */
export interface BucketPublisherOptions {
  readonly bucket: string;
  readonly source: string;
  readonly replicas: number;
  readonly purgeDelayMs: number;
}

/** What came of publishing. */
export interface PublishResult {
  readonly seq: number;
  /** How many chunks had to be sent, and their bytes. */
  readonly chunks: number;
  readonly bytes: number;
}

/** The manifest that a bucket holds. */
interface Held {
  /** Of the key, 0 when there never was one. */
  readonly revision: number;
  /** Undefined when there is none, or what is there is none. */
  readonly manifest: Manifest | undefined;
}

/**
 * Puts documents into a bucket: first the chunks, then the manifest, if it still is the one that was there
 * before. So any number of publishers may run, and the bucket always holds one whole state.
 */
export class BucketPublisher {
  readonly #connection: NatsConnection;
  readonly #options: BucketPublisherOptions;
  readonly #purge: ChunkPurge;
  /** What recent manifests name, the newest last. */
  readonly #recent: ReadonlySet<string>[] = [];
  /** The `seq` of the manifest that holds what was published here last. */
  #seq = 0;
  /** The highest `seq` that was seen in the bucket. */
  #highestSeq = 0;
  /** The sequence up to which all messages of the bucket are known to be right. */
  #trustedSeq = 0;

  constructor(connection: NatsConnection, options: BucketPublisherOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#purge = new ChunkPurge(options.purgeDelayMs);
  }

  /** What is in the bucket when there is nothing to do. */
  get latest(): PublishResult {
    return { seq: this.#highestSeq, chunks: 0, bytes: 0 };
  }

  /** Publishes as the newest state. Rejects when the server does not answer, or refuses. */
  async publish(packed: PackedDocuments): Promise<PublishResult> {
    const { bucket: name, replicas, source, purgeDelayMs } = this.#options;
    const bucket = await createBucket(this.#connection, name, replicas);
    const result = { chunks: 0, bytes: 0 };
    const put = async (chunks: ReadonlyMap<string, Uint8Array>): Promise<void> => {
      await putChunks(bucket, chunks);
      result.chunks += chunks.size;
      for (const { length } of chunks.values()) result.bytes += length;
    };
    for (let unseen = 0;;) {
      const started = performance.now();
      const list = await listChunks(bucket);
      const held = await this.#held(bucket);
      if (held.manifest !== undefined && held.manifest.seq !== this.#seq) this.#keep(held.manifest);
      const missing = await this.#missing(bucket, packed, list, held);
      await put(missing);
      const seq = Math.max(Date.now(), this.#highestSeq + 1);
      const { documents } = packed;
      const manifest = { seq, source, publishedAt: new Date().toISOString(), documents };
      const text = manifestText(manifest, this.#mostBytes);
      const revision = await replaceManifest(bucket, text, held.revision);
      if (revision === undefined) {
        const { manifest: theirs } = await this.#held(bucket);
        if (theirs === undefined && ++unseen === MOST_UNSEEN) throw new Error(DAMAGED);
        if (theirs === undefined || !sameDocuments(theirs.documents, documents)) {
          await new Promise((done) => setTimeout(done, Math.random() * AFTER_CONFLICT_MS));
          continue;
        }
        this.#note(theirs, 0);
        return { seq: theirs.seq, ...result };
      }
      // Held up for so long that another publisher may have taken the chunks for left over.
      if (performance.now() - started > purgeDelayMs / 2) await put(packed.chunks);
      const alone = revision === list.lastSeq + missing.size + 1;
      this.#note(manifest, alone ? revision : 0);
      return { seq, ...result };
    }
  }

  /**
   * Looks whether the bucket still holds what was published, or something newer, and mends it: the store may
   * have been wiped, or an older one restored. Purges what is left over.
   *
   * @returns what came of publishing again, or undefined when that was not needed
   */
  async check(packed: PackedDocuments): Promise<PublishResult | undefined> {
    const bucket = await createBucket(
      this.#connection,
      this.#options.bucket,
      this.#options.replicas,
    );
    const list = await listChunks(bucket);
    const held = await this.#held(bucket);
    const seq = held.manifest?.seq ?? 0;
    if (seq < this.#seq || held.manifest === undefined) return await this.publish(packed);
    if (seq === this.#seq && list.lastSeq !== this.#trustedSeq) {
      const missing = await this.#missing(bucket, packed, list, held);
      await putChunks(bucket, missing);
      this.#trustedSeq = list.lastSeq + missing.size;
    }
    const named = new Set(chunksOf(held.manifest));
    for (const chunks of this.#recent) for (const hash of chunks) named.add(hash);
    await this.#purge.run(bucket, list, named);
    return undefined;
  }

  async #held(bucket: Bucket): Promise<Held> {
    // A deleted key has a revision, too, which an update must name.
    const entry = await bucket.get(MANIFEST_KEY);
    const manifest = parseManifest(entry?.operation === "PUT" ? entry.string() : "");
    this.#highestSeq = Math.max(this.#highestSeq, manifest?.seq ?? 0);
    return { revision: entry?.revision ?? 0, manifest };
  }

  /**
   * The chunks that must be put before a manifest may name them. One that is there stays only if the present
   * manifest names it: no other publisher takes that for left over.
   */
  async #missing(
    bucket: Bucket,
    { chunks }: PackedDocuments,
    { hashes, lastSeq }: ChunkList,
    { manifest }: Held,
  ): Promise<ReadonlyMap<string, Uint8Array>> {
    const named = chunksOf(manifest);
    const trusted = lastSeq === this.#trustedSeq;
    const missing = new Map<string, Uint8Array>();
    const looked$ = from(chunks).pipe(mergeMap(async ([hash, chunk]) => {
      const isThere = hashes.has(hash) && named.has(hash) &&
        (trusted || await holdsChunk(bucket, hash));
      if (!isThere) missing.set(hash, chunk);
    }, REQUESTS_AT_ONCE));
    await lastValueFrom(looked$, { defaultValue: undefined });
    return missing;
  }

  /** What the server takes at once, in bytes. */
  get #mostBytes(): number {
    return this.#connection.info?.max_payload ?? Infinity;
  }

  #note(manifest: Manifest, trustedSeq: number): void {
    this.#seq = this.#highestSeq = manifest.seq;
    this.#trustedSeq = trustedSeq;
    this.#keep(manifest);
  }

  #keep(manifest: Manifest): void {
    this.#recent.push(chunksOf(manifest));
    if (this.#recent.length > MANIFESTS_KEPT) this.#recent.shift();
  }
}

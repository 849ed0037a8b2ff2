import { type Bucket, type KvEntry, Kvm } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/nats-core";

/** The key that is watched: all else in a bucket is named by its value. */
export const MANIFEST_KEY = "manifest";

/** To be copied: what is handed over is written to. Direct gets may be answered by a replica that is behind: what was put must be what is got. */
const OPTIONS = { allow_direct: false } as const;

/** How many requests are under way at a time, for one reader or publisher. */
export const REQUESTS_AT_ONCE = 16;

/** Throws where a name cannot be that of a bucket. */
export function checkBucketName(name: unknown): asserts name is string {
  if (typeof name === "string" && /^[-\w]+$/.test(name)) return;
  const what = typeof name === "string" ? `"${name}"` : typeof name;
  throw new TypeError(`Expected bucket to be letters, digits, "-" and "_", got ${what}`);
}

/** Opens a bucket without asking the server: whether there is one shows when it is used. */
export async function openBucket(connection: NatsConnection, name: string): Promise<Bucket> {
  return await new Kvm(connection).open(name, { ...OPTIONS }) as Bucket;
}

/** Opens a bucket, and makes it when there is none. */
export async function createBucket(
  connection: NatsConnection,
  name: string,
  replicas: number,
): Promise<Bucket> {
  return await new Kvm(connection).create(name, { ...OPTIONS, replicas }) as Bucket;
}

/** The value of a key, or `undefined` when there is none or it was deleted. */
export async function getEntry(bucket: Bucket, key: string): Promise<KvEntry | undefined> {
  const entry = await bucket.get(key);
  return entry?.operation === "PUT" ? entry : undefined;
}

/** The key of a chunk. */
export function chunkKey(hash: string): string {
  return `c.${hash}`;
}

/** The chunks that a bucket holds, and the sequence of its latest message at that moment. */
export interface ChunkList {
  readonly hashes: ReadonlySet<string>;
  readonly lastSeq: number;
}

/** Lists the chunks of a bucket, without a consumer. */
export async function listChunks(bucket: Bucket): Promise<ChunkList> {
  const start = bucket.subjectForKey("c.");
  const { state } = await bucket.jsm.streams.info(bucket.stream, { subjects_filter: `${start}>` });
  const hashes = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(start.length));
  return { hashes: new Set(hashes), lastSeq: state.last_seq };
}

/** Removes a chunk, unless it was put again after that sequence. Leaves no marker behind. */
export async function purgeChunk(bucket: Bucket, hash: string, upToSeq: number): Promise<void> {
  const filter = bucket.subjectForKey(chunkKey(hash));
  await bucket.jsm.streams.purge(bucket.stream, { filter, seq: upToSeq + 1 });
}

/** Whether an update failed because somebody else was quicker. */
export function isConflict(error: unknown): boolean {
  return [10071, 10164].includes(codeOf(error));
}

/** Whether a request failed because there is no such bucket. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 10059;
}

/** Whether a request failed by an answer of the server, and not for want of one. */
export function isAnswer(error: unknown): boolean {
  return codeOf(error) !== 0;
}

/** One line that says why a request failed. */
export function reasonOf(error: unknown): string {
  if (isMissing(error)) return "there is no such bucket";
  switch ((error as { name?: unknown } | null)?.name) {
    case "JetStreamNotEnabled":
      return "the server has no JetStream: start it with nats-server -js";
    case "TimeoutError":
      return "the server does not answer";
  }
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s*\n\s*/g, " ") || "no reason given";
}

/** The code of an error of the JetStream API, or 0. */
function codeOf(error: unknown): number {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "number" ? code : 0;
}

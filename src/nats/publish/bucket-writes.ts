import type { Bucket } from "@nats-io/kv";
import { from, lastValueFrom, mergeMap } from "rxjs";
import { chunkKey, getEntry, isConflict, MANIFEST_KEY, REQUESTS_AT_ONCE } from "../bucket.ts";
import type { Manifest } from "../manifest.ts";
import { sha256 } from "../sha256.ts";

/** Whether a bucket has a chunk, undamaged. */
export async function holdsChunk(bucket: Bucket, hash: string): Promise<boolean> {
  const entry = await getEntry(bucket, chunkKey(hash));
  return entry !== undefined && sha256(entry.value) === hash;
}

/** Puts chunks by their hashes. */
export async function putChunks(
  bucket: Bucket,
  chunks: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const put$ = from(chunks).pipe(
    mergeMap(([hash, chunk]) => bucket.put(chunkKey(hash), chunk), REQUESTS_AT_ONCE),
  );
  await lastValueFrom(put$, { defaultValue: undefined });
}

/** A manifest as its key holds it. Throws when the server would not take it. */
export function manifestText(manifest: Manifest, mostBytes: number): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  if (text.length <= mostBytes) return text;
  const { length } = manifest.documents;
  throw new Error(
    `The manifest of ${length} documents has ${text.length} bytes, the server takes ${mostBytes}: ` +
      "raise its max_payload, or put more agents into one document",
  );
}

/** Puts a manifest in the place of that revision, 0 for none. Returns the new revision, or undefined when the manifest is another by now. */
export async function replaceManifest(
  bucket: Bucket,
  text: Uint8Array,
  revision: number,
): Promise<number | undefined> {
  try {
    return revision === 0
      ? await bucket.create(MANIFEST_KEY, text)
      : await bucket.update(MANIFEST_KEY, text, revision);
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

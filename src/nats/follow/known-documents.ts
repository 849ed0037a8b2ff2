import { Buffer } from "node:buffer";
import type { Bucket, KvEntry } from "@nats-io/kv";
import { from, lastValueFrom, mergeMap } from "rxjs";
import type { SourceDocument } from "../../../mod.ts";
import { chunkKey, getEntry, REQUESTS_AT_ONCE } from "../bucket.ts";
import type { Manifest, ManifestDocument } from "../manifest.ts";
import { sha256 } from "../sha256.ts";
import { ReadFailure } from "./read-failure.ts";

interface KnownDocument {
  readonly sha256: string;
  readonly content: Uint8Array;
  readonly document: SourceDocument;
}

/** The documents that were read last, and their chunks: only those that are not known are fetched. */
export class KnownDocuments {
  readonly #maxBytes: number;
  #chunks: ReadonlyMap<string, Uint8Array> = new Map();
  #documents: ReadonlyMap<string, KnownDocument> = new Map();

  /** @param maxBytes the most that is fetched for one manifest */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The documents that a manifest names, every hash checked. Rejects, and keeps what it knows, if one is wrong. */
  async read(bucket: Bucket, manifest: Manifest): Promise<readonly SourceDocument[]> {
    const chunks = await this.#fetch(bucket, manifest);
    const known = manifest.documents.map((document) => this.#assemble(document, chunks));
    this.#keep(manifest, known, chunks);
    return known.map(({ document }) => document);
  }

  async #fetch(bucket: Bucket, manifest: Manifest): Promise<ReadonlyMap<string, Uint8Array>> {
    const chunks = new Map<string, Uint8Array>();
    const unknown: string[] = [];
    for (const hash of new Set(manifest.documents.flatMap((document) => document.chunks))) {
      const known = this.#chunks.get(hash);
      if (known === undefined) unknown.push(hash);
      else chunks.set(hash, known);
    }
    let bytes = 0;
    const fetched$ = from(unknown).pipe(mergeMap(async (hash) => {
      const chunk = verified(hash, await getEntry(bucket, chunkKey(hash)));
      bytes += chunk.length;
      if (bytes > this.#maxBytes) {
        throw new ReadFailure("The chunks are larger than the manifest says");
      }
      chunks.set(hash, chunk);
    }, REQUESTS_AT_ONCE));
    await lastValueFrom(fetched$, { defaultValue: undefined });
    return chunks;
  }

  #assemble(
    { path, sha256: hash, bytes, chunks: hashes }: ManifestDocument,
    chunks: ReadonlyMap<string, Uint8Array>,
  ): KnownDocument {
    const known = this.#documents.get(path);
    if (known?.sha256 === hash) return known;
    const parts = hashes.map((hash) => chunks.get(hash)!);
    // Before they are put together: one chunk may be named any number of times.
    if (parts.reduce((sum, { length }) => sum + length, 0) === bytes) {
      const content = Buffer.concat(parts);
      if (sha256(content) === hash) return { sha256: hash, content, document: { path, content } };
    }
    throw new ReadFailure(`The chunks of "${path}" are not what the manifest says`);
  }

  #keep(
    { documents }: Manifest,
    known: readonly KnownDocument[],
    chunks: ReadonlyMap<string, Uint8Array>,
  ): void {
    this.#documents = new Map(known.map((one) => [one.document.path, one]));
    // As parts of the documents, which are kept anyhow.
    const parts = new Map<string, Uint8Array>();
    documents.forEach(({ chunks: hashes }, at) => {
      const { content } = known[at]!;
      let start = 0;
      for (const hash of hashes) {
        const { length } = chunks.get(hash)!;
        parts.set(hash, content.subarray(start, start += length));
      }
    });
    this.#chunks = parts;
  }
}

function verified(hash: string, entry: KvEntry | undefined): Uint8Array {
  const what = `The chunk ${hash.slice(0, 12)}…`;
  if (entry === undefined) throw new ReadFailure(`${what} is missing from the bucket`, true);
  if (sha256(entry.value) === hash) return entry.value;
  throw new ReadFailure(`${what} in the bucket is damaged`, true);
}

import { Buffer } from "node:buffer";
import type { Bucket, KvEntry } from "@nats-io/kv";
import { from, lastValueFrom, mergeMap } from "rxjs";
import type { Issue, SourceDocument, SourceReading } from "../../../mod.ts";
import {
  chunkKey,
  getEntry,
  isMissing,
  MANIFEST_KEY,
  reasonOf,
  REQUESTS_AT_ONCE,
} from "../bucket.ts";
import { type Manifest, type ManifestDocument, parseManifest } from "../manifest.ts";
import { sha256 } from "../sha256.ts";

/** How often a read begins anew because what it reads is replaced meanwhile. */
const MOST_TRIES = 5;

/** Why a bucket cannot be read. */
class ReadFailure extends Error {
  /** Whether it may be better soon, with nothing written to the manifest. */
  readonly passing: boolean;
  readonly code: Issue["code"];

  constructor(message: string, passing = false, code: Issue["code"] = "source-failed") {
    super(message);
    this.name = "ReadFailure";
    this.passing = passing;
    this.code = code;
  }
}

interface KnownDocument {
  readonly sha256: string;
  readonly content: Uint8Array;
  readonly document: SourceDocument;
}

/** Reads the documents that a bucket holds, and fetches only the chunks that it does not know. */
export class DocumentReader {
  readonly #name: string;
  readonly #open: () => Promise<Bucket>;
  readonly #maxBytes: number;
  /** The highest `seq` of each source. */
  readonly #seen = new Map<string, number>();
  #chunks: ReadonlyMap<string, Uint8Array> = new Map();
  #documents: ReadonlyMap<string, KnownDocument> = new Map();
  #manifest: string | undefined;
  #failures = 0;

  constructor(name: string, open: () => Promise<Bucket>, maxBytes: number) {
    this.#name = name;
    this.#open = open;
    this.#maxBytes = maxBytes;
  }

  /** How many reads in a row have failed for a reason that may pass. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether this is the manifest that was read last. */
  hasRead(manifest: string): boolean {
    return manifest === this.#manifest;
  }

  /** Whether the manifest is another by now. Rejects when it cannot be got. */
  async isBehind(): Promise<boolean> {
    return !this.hasRead(await this.#text(await this.#open()));
  }

  /** Reads. Never rejects: what is wrong is an issue. */
  async read(): Promise<SourceReading> {
    try {
      const documents = await this.#read(await this.#open());
      this.#failures = 0;
      return { documents, issues: [] };
    } catch (error) {
      const failure = error instanceof ReadFailure
        ? error
        : new ReadFailure(`The bucket cannot be read: ${reasonOf(error)}`, true);
      this.#failures = failure.passing ? this.#failures + 1 : 0;
      const { code, message } = failure;
      const issue = Object.freeze({ code, severity: "error", message, path: this.#name } as const);
      return { documents: [], issues: [issue] };
    }
  }

  async #read(bucket: Bucket): Promise<readonly SourceDocument[]> {
    for (let tries = 1;; tries++) {
      const text = this.#manifest = await this.#text(bucket);
      const manifest = this.#checked(text);
      try {
        const chunks = await this.#fetch(bucket, manifest);
        const known = manifest.documents.map((document) => this.#assemble(document, chunks));
        this.#keep(manifest, known, chunks);
        return known.map(({ document }) => document);
      } catch (error) {
        // Chunks of a manifest that was replaced long ago may be purged while it is read.
        if (tries === MOST_TRIES || await this.#text(bucket) === text) throw error;
      }
    }
  }

  /** What the manifest says; empty when there is none. */
  async #text(bucket: Bucket): Promise<string> {
    try {
      return (await getEntry(bucket, MANIFEST_KEY))?.string() ?? "";
    } catch (error) {
      if (isMissing(error)) return "";
      throw error;
    }
  }

  #checked(text: string): Manifest {
    if (text === "") throw new ReadFailure("Nothing has been published to the bucket yet");
    const manifest = parseManifest(text);
    if (manifest === undefined) {
      throw new ReadFailure(`The key "${MANIFEST_KEY}" holds no manifest`);
    }
    const { source, seq, documents } = manifest;
    const seen = this.#seen.get(source) ?? 0;
    if (seq < seen) {
      throw new ReadFailure(
        `The bucket holds an older state (${seq}) of "${source}" than was read before (${seen})`,
      );
    }
    const bytes = documents.reduce((sum, document) => sum + document.bytes, 0);
    if (bytes > this.#maxBytes) {
      const message = `The documents have ${bytes} bytes, more than maxBytes (${this.#maxBytes})`;
      throw new ReadFailure(message, false, "too-large");
    }
    return manifest;
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
    { source, seq, documents }: Manifest,
    known: readonly KnownDocument[],
    chunks: ReadonlyMap<string, Uint8Array>,
  ): void {
    this.#seen.set(source, seq);
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

import type { Bucket } from "@nats-io/kv";
import type { SourceDocument, SourceReading } from "../../../mod.ts";
import { getEntry, isMissing, MANIFEST_KEY, reasonOf } from "../bucket.ts";
import { type Manifest, parseManifest } from "../manifest.ts";
import { KnownDocuments } from "./known-documents.ts";
import { ReadFailure } from "./read-failure.ts";

/** How often a read begins anew because what it reads is replaced meanwhile. */
const MOST_TRIES = 5;
const PUBLISH = "agent-registry publish or publishRegistry makes the bucket and fills it";

/** Reads the documents that a bucket holds, and fetches only the chunks that it does not know. */
export class DocumentReader {
  readonly #name: string;
  readonly #open: () => Promise<Bucket>;
  readonly #maxBytes: number;
  /** The highest `seq` of each source. */
  readonly #seen = new Map<string, number>();
  readonly #known: KnownDocuments;
  /** What was read last. */
  #manifest: string | undefined;
  /** What the watch has brought since. */
  #brought: string | undefined;
  #failures = 0;

  constructor(name: string, open: () => Promise<Bucket>, maxBytes: number) {
    this.#name = name;
    this.#open = open;
    this.#maxBytes = maxBytes;
    this.#known = new KnownDocuments(maxBytes);
  }

  /** How many reads in a row have failed for a reason that may pass. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether this is the manifest that was read last. */
  hasRead(manifest: string): boolean {
    return manifest === this.#manifest;
  }

  /** Takes a manifest as the watch brings it, so that the next read does not have to ask for it. */
  bring(manifest: string): void {
    this.#brought = manifest;
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
      const text = this.#brought ?? await this.#text(bucket);
      this.#brought = undefined;
      this.#manifest = text;
      try {
        const manifest = this.#checked(text);
        const documents = await this.#known.read(bucket, manifest);
        this.#seen.set(manifest.source, manifest.seq);
        return documents;
      } catch (error) {
        // What was brought may be late, and the chunks of what was replaced long ago are purged.
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
    if (text === "") throw new ReadFailure(`Nothing has been published yet: ${PUBLISH}`);
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
}

import type { SourceDocument } from "../../../mod.ts";
import { cutChunks } from "./cut-chunks.ts";
import type { ManifestDocument } from "../manifest.ts";
import { sha256 } from "../sha256.ts";

/** Documents as a bucket holds them. */
export interface PackedDocuments {
  readonly documents: readonly ManifestDocument[];
  /** What the chunks of the documents are, by their hashes. */
  readonly chunks: ReadonlyMap<string, Uint8Array>;
}

/** Cuts documents into chunks. */
export function packDocuments(
  documents: readonly SourceDocument[],
  mostBytes?: number,
): PackedDocuments {
  const chunks = new Map<string, Uint8Array>();
  const packed = documents.map(({ path, content }): ManifestDocument => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const hashes = cutChunks(bytes, mostBytes).map((chunk) => {
      const hash = sha256(chunk);
      chunks.set(hash, chunk);
      return hash;
    });
    return { path, sha256: sha256(bytes), bytes: bytes.length, chunks: hashes };
  });
  return { documents: packed, chunks };
}

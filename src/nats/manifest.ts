/** What the key `manifest` of a bucket holds: a state of the registry that was published as a whole. */
export interface Manifest {
  /** Higher than that of every manifest before; about the time, in milliseconds since 1970. */
  readonly seq: number;
  /** The name of the source whose documents these are. */
  readonly source: string;
  /** When, in ISO 8601. */
  readonly publishedAt: string;
  readonly documents: readonly ManifestDocument[];
}

/** A document, as its chunks. */
export interface ManifestDocument {
  readonly path: string;
  /** Of the whole document. */
  readonly sha256: string;
  readonly bytes: number;
  /** The SHA-256 of each chunk, in order; a chunk is the value of the key `c.<sha256>`. */
  readonly chunks: readonly string[];
}

/** Reads a manifest. Returns `undefined` for what is none. */
export function parseManifest(text: string): Manifest | undefined {
  const value = parse(text);
  return isManifest(value) ? value : undefined;
}

/** The chunks that a manifest names. */
export function chunksOf(manifest: Manifest | undefined): Set<string> {
  return new Set(manifest?.documents.flatMap(({ chunks }) => chunks));
}

/** Whether two lists say the same of the same documents. */
export function sameDocuments(
  a: readonly ManifestDocument[],
  b: readonly ManifestDocument[],
): boolean {
  return a.length === b.length &&
    a.every(({ path, sha256 }, at) => path === b[at]!.path && sha256 === b[at]!.sha256);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isManifest(value: unknown): value is Manifest {
  if (!isObject(value)) return false;
  const { seq, source, publishedAt, documents } = value;
  return isCount(seq) && typeof source === "string" && typeof publishedAt === "string" &&
    Array.isArray(documents) && documents.every(isDocument);
}

function isDocument(value: unknown): value is ManifestDocument {
  if (!isObject(value)) return false;
  const { path, sha256, bytes, chunks } = value;
  return typeof path === "string" && path !== "" && isHash(sha256) && isCount(bytes) &&
    Array.isArray(chunks) && chunks.every(isHash);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** It becomes a part of a key, so nothing else will do. */
function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

import { Buffer } from "node:buffer";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { defer, NEVER } from "rxjs";
import type { Issue } from "../model/report/issue.ts";
import type { SourceDocument, SourceReading } from "../model/report/source-reading.ts";
import { MAX_BYTES } from "./max-bytes.ts";
import { positive } from "./positive.ts";
import type { RegistrySource } from "./registry-source.ts";

/** A stream of bytes that has an end, and what names it in issues. */
export interface Pipe {
  readonly path: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** A source of what was piped in: read to its end once, and never changed. */
export function pipeSource(pipes: readonly Pipe[], maxBytes: number = MAX_BYTES): RegistrySource {
  positive("maxBytes", maxBytes);
  let reading: Promise<SourceReading> | undefined;
  return { change$: NEVER, read: () => defer(() => reading ??= readAll(pipes, maxBytes)) };
}

/** The pipe at a path, such as `/dev/fd/63`, if there is one; a terminal is one too. */
export async function pipeAt(path: string): Promise<Pipe | undefined> {
  const stats = await stat(path).catch(() => undefined);
  const isPipe = stats?.isFIFO() === true || stats?.isCharacterDevice() === true;
  return isPipe ? { path, bytes: createReadStream(path) } : undefined;
}

async function readAll(pipes: readonly Pipe[], maxBytes: number): Promise<SourceReading> {
  const documents: SourceDocument[] = [];
  const issues: Issue[] = [];
  // Side by side: one writer may wait for the other to be read.
  await Promise.all(pipes.map(async ({ path, bytes }, at) => {
    const content = await toEnd(bytes, maxBytes);
    if (content !== undefined) documents[at] = { path, content };
    else {
      const message = `It has more bytes than maxBytes (${maxBytes}) allows`;
      issues.push({ code: "too-large", severity: "error", message, path });
    }
  }));
  return { documents: documents.filter(() => true), issues };
}

/** The bytes of a stream. Undefined, and the stream given up, when they are too many. */
async function toEnd(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

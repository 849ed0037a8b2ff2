import { HttpFailure } from "./http-failure.ts";

/**
 * Reads a body, and stops as soon as it is larger than allowed.
 *
 * @throws {HttpFailure} if it is too large, or shorter than the server said
 */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const length = lengthOf(response);
  const tooLarge = (size: string): HttpFailure =>
    new HttpFailure("too-large", `The answer has ${size} bytes, and maxBytes is ${maxBytes}`);
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    if (length !== undefined && length > maxBytes) throw tooLarge(`${length}`);
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const chunk: Uint8Array = next.value;
      total += chunk.byteLength;
      if (total > maxBytes) throw tooLarge(`more than ${maxBytes}`);
      chunks.push(chunk);
    }
  } catch (error) {
    // Not awaited: a body that never ends may never say that it was canceled.
    reader.cancel().catch(() => undefined);
    throw error;
  }
  if (length !== undefined && total !== length) {
    throw new HttpFailure("http-failed", `The answer breaks off after ${total} of ${length} bytes`);
  }
  return joined(chunks, total);
}

/** What the body should have, unless it is compressed: `fetch` gives it decompressed. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get("content-length");
  if (length === null || headers.has("content-encoding") || !/^\d+$/.test(length)) return undefined;
  return Number(length);
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

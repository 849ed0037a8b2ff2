import type { DecodedRegistry, Decoder } from "../../src/decode/decoded-registry.ts";
import type { SourceReading } from "../../src/model/report/source-reading.ts";

/** Goes through all steps of some work, and waits for what they wait for. */
export async function runSteps<R>(
  steps: Generator<Promise<unknown> | undefined, R, unknown>,
): Promise<R> {
  let sent: unknown;
  for (;;) {
    const { done, value } = steps.next(sent);
    if (done === true) return value;
    sent = value === undefined ? undefined : await value;
  }
}

/** Decodes a reading. */
export function decodeReading<A>(
  decode: Decoder<A>,
  reading: SourceReading,
  served?: ReadonlyMap<string, A>,
): Promise<DecodedRegistry<A>> {
  return runSteps(decode(reading, served));
}

/** A reading of one document. */
export function readingOf(content: string | Uint8Array, path = "a.yaml"): SourceReading {
  return { documents: [{ path, content }], issues: [] };
}

import * as yaml from "yaml";
import type { DecodedRegistry, DecoderMode } from "../../src/decode/decoded-registry.ts";
import { createDecoder as createSteppingDecoder } from "../../src/decode/decoder.ts";
import type { LayoutOptions } from "../../src/decode/layout-options.ts";
import type { SchemaOption } from "../../src/model/agent/agent-of.ts";
import type { SourceReading } from "../../src/model/report/source-reading.ts";

/** A decoder that goes through all its steps at once. */
export type SyncDecoder<A> = (
  reading: SourceReading,
  served?: ReadonlyMap<string, A>,
) => DecodedRegistry<A>;

/** Goes through all steps at once. The only thing that they wait for is a module, which is here already. */
export function runSync<R>(steps: Generator<Promise<unknown> | undefined, R, unknown>): R {
  let sent: unknown;
  for (;;) {
    const { done, value } = steps.next(sent);
    if (done === true) return value;
    sent = value instanceof Promise ? yaml : undefined;
  }
}

/** Makes a decoder that goes through all its steps at once. */
export function createDecoder<A extends object>(
  schema: SchemaOption,
  options: LayoutOptions = {},
  mode: DecoderMode = {},
): SyncDecoder<A> {
  const decode = createSteppingDecoder<A>(schema, options, mode);
  return (reading, served) => runSync(decode(reading, served));
}

/** The same that never tells entries apart before it has parsed their document. */
export function createFullDecoder<A extends object>(
  schema: SchemaOption,
  options: LayoutOptions = {},
): SyncDecoder<A> {
  return createDecoder<A>(schema, options, { isWhole: true });
}

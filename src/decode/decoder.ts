import type { SchemaOption } from "../model/agent-of.ts";
import type { SourceReading } from "../model/source-reading.ts";
import { runToCompletion } from "../model/run-to-completion.ts";
import type { DecodedRegistry, Decoder, DecodeSteps } from "./decoded-registry.ts";
import { agentRules } from "./validate/agent-rules.ts";
import { FullDecoder } from "./full-decoder.ts";
import { IncrementalDecoder } from "./incremental-decoder.ts";
import { type Layout, plainKeyOf, toLayout } from "./layout.ts";
import type { LayoutOptions } from "./layout-options.ts";
import { extensionOf } from "./parse-documents.ts";
import { sameReading } from "./same-reading.ts";

/**
 * Makes a decoder for agents of a schema. It remembers what it read last: equal bytes are not read
 * again, be it those of single agents or, where agents cannot be told apart, all of them.
 */
export function createDecoder<A extends object>(
  schema: SchemaOption,
  options: LayoutOptions = {},
): Decoder<A> {
  const layout = toLayout(options);
  const rules = agentRules(schema);
  const key = plainKeyOf(layout);
  const full = new FullDecoder<A>(rules, layout);
  const incremental = key === undefined ? undefined : new IncrementalDecoder<A>(rules, ...key);
  let last: { reading: SourceReading; decoded: DecodedRegistry<A> } | undefined;

  function* steps(reading: SourceReading, served?: ReadonlyMap<string, A>): DecodeSteps<A> {
    const { documents: [document, another], issues } = reading;
    const one = document !== undefined && another === undefined && issues.length === 0;
    if (incremental !== undefined && one && isYaml(document.path, layout)) {
      const release = typeof reading.release === "function"
        ? reading.release.bind(reading)
        : undefined;
      const decoded = yield* incremental.decode(document, served, release);
      if (decoded !== undefined) return decoded;
    }
    if (last !== undefined && sameReading(last.reading, reading)) return last.decoded;
    const decoded = yield* full.decode(reading);
    last = { reading, decoded };
    return decoded;
  }

  return Object.assign(
    (reading: SourceReading, served?: ReadonlyMap<string, A>) =>
      runToCompletion(steps(reading, served)),
    { steps },
  );
}

/** Makes a decoder that decodes all of every reading: what the incremental one must be equal to. */
export function createFullDecoder<A extends object>(
  schema: SchemaOption,
  options: LayoutOptions = {},
): Decoder<A> {
  const layout = toLayout(options);
  const rules = agentRules(schema);
  return (reading) => runToCompletion(new FullDecoder<A>(rules, layout).decode(reading));
}

/** Whether a document is YAML, as that is what the incremental decoder knows. */
function isYaml(path: string, { formats }: Layout): boolean {
  const extension = extensionOf(path);
  return !formats.has(extension) && ![".json", ".md", ".markdown"].includes(extension);
}

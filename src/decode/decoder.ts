import type { SchemaOption } from "../model/agent-of.ts";
import type { Changes } from "../model/changes.ts";
import type { Issue } from "../model/issue.ts";
import type { Origin } from "../model/snapshot.ts";
import type { SourceReading } from "../model/source-reading.ts";
import { toEnd } from "../model/to-end.ts";
import { agentRules } from "./validate/agent-rules.ts";
import { FullDecoder } from "./full-decoder.ts";
import { IncrementalDecoder } from "./incremental-decoder.ts";
import { type Layout, plainKeyOf, toLayout } from "./layout.ts";
import type { LayoutOptions } from "./layout-options.ts";
import { extensionOf } from "./parse-documents.ts";
import { sameReading } from "./same-reading.ts";

/** What a reading says, all of it; to be applied only when there are no `errors`. */
export interface DecodedRegistry<A> {
  readonly agents: ReadonlyMap<string, A>;
  /** What stands around the agents, frozen. */
  readonly around: Readonly<Record<string, unknown>>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly errors: readonly Issue[];
  readonly warnings: readonly Issue[];
  /** Entries that are there but not valid, by id in the order of the files: what is wrong with each. */
  readonly broken?: ReadonlyMap<string, readonly Issue[]>;
  /** Documents of which nothing could be read, by path: why. Their entries are not known. */
  readonly lost?: ReadonlyMap<string, readonly Issue[]>;
  /** Documents with entries that have no id, by path: why. Their other entries are known. */
  readonly incomplete?: ReadonlyMap<string, readonly Issue[]>;
  /** The quiet time that the documents themselves ask for, in milliseconds. */
  readonly debounceMs: number | undefined;
  /** Whether it took a parse of the whole, during which nothing else can run. */
  readonly whole?: true;
  /** What `agents` were compared with, and how they differ from it, when the decoder knows. */
  readonly since?: { readonly agents: ReadonlyMap<string, A>; readonly changes: Changes };
}

/** Decoding in steps: to be gone on with until it returns, or to be dropped at any of them. */
export type DecodeSteps<A> = Generator<undefined, DecodedRegistry<A>, undefined>;

/** Turns readings into agents. */
export interface Decoder<A> {
  /** @param served the agents that are in service: those that stay as they are stay the same objects */
  (reading: SourceReading, served?: ReadonlyMap<string, A>): DecodedRegistry<A>;
  /**
   * The same in steps: an agent or a few dozens at a time, so that each takes about a millisecond at most.
   * Comparing the bytes is one, and so is a parse of a whole file by the YAML parser.
   */
  steps?(reading: SourceReading, served?: ReadonlyMap<string, A>): DecodeSteps<A>;
}

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
    (reading: SourceReading, served?: ReadonlyMap<string, A>) => toEnd(steps(reading, served)),
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
  return (reading) => toEnd(new FullDecoder<A>(rules, layout).decode(reading));
}

/** Whether a document is YAML, as that is what the incremental decoder knows. */
function isYaml(path: string, { formats }: Layout): boolean {
  const extension = extensionOf(path);
  return !formats.has(extension) && ![".json", ".md", ".markdown"].includes(extension);
}

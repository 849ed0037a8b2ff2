import type { Changes } from "../model/changes.ts";
import type { Issue } from "../model/issue.ts";
import type { Origin } from "../model/snapshot.ts";
import type { SourceReading } from "../model/source-reading.ts";

/** What a reading says, all of it; to be applied only when there are no `errors`. */
export interface DecodedRegistry<A> {
  readonly agents: ReadonlyMap<string, A>;
  /** What the documents have beside the agents, frozen. */
  readonly metadata: Readonly<Record<string, unknown>>;
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

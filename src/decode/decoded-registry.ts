import type { Changes } from "../model/report/changes.ts";
import type { Issue } from "../model/report/issue.ts";
import type { Origin } from "../model/snapshot/snapshot.ts";
import type { SourceReading } from "../model/report/source-reading.ts";

/** What a reading says, all of it; to be applied only when there are no `errors`. */
export interface DecodedRegistry<A> {
  readonly agents: ReadonlyMap<string, A>;
  /** What stands around the agents, frozen. */
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
  /** What `agents` were compared with, and how they differ from it, when the decoder knows. */
  readonly since?: { readonly agents: ReadonlyMap<string, A>; readonly changes: Changes };
}

/**
 * Decoding in steps: to be gone on with until it returns, or to be dropped at any of them. A step that gives a
 * Promise wants to be gone on with, with its value, when that is there.
 */
export type DecodeSteps<A> = Generator<Promise<unknown> | undefined, DecodedRegistry<A>, unknown>;

/** How a decoder goes through a reading. */
export interface DecoderMode {
  /**
   * Whether no entry is told apart from the others before its document is parsed: what it gives is the same,
   * and takes longer.
   * @default false
   */
  readonly isWhole?: boolean;
  /**
   * Whether a reading is given up after a hundred errors, as it is refused anyhow; else those that are good
   * are looked for to the end.
   * @default false
   */
  readonly givesUp?: boolean;
}

/**
 * Turns readings into agents, a few at a time: a step takes a millisecond or two.
 *
 * @param served the agents that are in service: those that stay as they are stay the same objects
 */
export type Decoder<A> = (
  reading: SourceReading,
  served?: ReadonlyMap<string, A>,
) => DecodeSteps<A>;

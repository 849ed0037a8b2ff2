import { type Changes, isEmpty } from "../../model/report/changes.ts";
import { PAUSE_AFTER } from "../../model/value/pause-after.ts";
import { ReadOnlyMap } from "../../model/snapshot/read-only-map.ts";
import type { SourceReading } from "../../model/report/source-reading.ts";
import type { DecoderMode } from "../decoded-registry.ts";
import type { Layout } from "../layout.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import type { Finding } from "../report/finding.ts";
import type { AgentRules } from "../validate/agent-rules.ts";
import { declaresSame, type KnownNames, knownNames } from "../validate/cross-check.ts";
import { AgentMap, type AgentSegment } from "./agent-map.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";
import { countDangling, idsOf, namesOf, segmentsWithId } from "./entry-names.ts";
import { IdIndex } from "./id-index.ts";
import { FileReader, type ReadFiles } from "../segments/file-reader.ts";
import type { Segment } from "../segments/segment.ts";
import type { Replacement } from "../segments/segment-list.ts";
import { resolveDuplicates, type Winners } from "./resolve-duplicates.ts";
import {
  changesOf,
  type Identified,
  indexAfter,
  type StepChanges,
  stepOf,
} from "./step-changes.ts";
import { withServed } from "./with-served.ts";

/** What a reading comes to, entry by entry. */
export interface Entries<A> extends ReadFiles<A> {
  readonly winners: Pick<Winners<A>, "repeated" | "losers">;
  /** Entries with names that name nothing, and how many of these each has. */
  readonly dangling: ReadonlyMap<Segment<A>, number>;
  /** What was found out about such entries, as long as the same names are there in the same order. */
  readonly known: DanglingFindings;
  /** What names may name. */
  readonly names: KnownNames;
  /** The agents, when nothing is wrong with any entry. */
  readonly agents: ReadonlyMap<string, A>;
  /** The agents in service, and how these differ; undefined where that is not known yet. */
  readonly base: ReadonlyMap<string, A>;
  readonly changes: Changes | undefined;
}

/** What is wrong with names in entries. To be added to. */
export type DanglingFindings = WeakMap<Segment<unknown>, readonly Finding[]>;

/** The entries of the latest reading without an error. */
interface State<A> {
  readonly files: readonly DecodedFile<A>[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly index: IdIndex<Identified<A>>;
  readonly dangling: ReadonlyMap<Segment<A>, number>;
  readonly known: DanglingFindings;
  readonly hasDuplicates: boolean;
  /** Maps that hold these very agents: the one handed out, and one that it did not differ from. */
  readonly agents: readonly ReadonlyMap<string, A>[];
}

/** So many changed entries are compared in one step, however few there are. */
const MANY = 64;
const NOTHING_REPEATED = { repeated: new Map<never, never>(), losers: new Set<never>() };
const NO_IDS: ReadonlySet<string> = new Set();

/**
 * The entries of all files, whatever their layout. It remembers them, so that a reading costs what differs
 * from the one before: entries whose bytes are the same are not read again, and agents that say the same stay
 * the same objects.
 */
export class EntryTable<A extends object> {
  readonly #rules: AgentRules;
  readonly #layout: Layout;
  readonly #reader: FileReader<A>;
  #state: State<A> | undefined;

  constructor(rules: AgentRules, layout: Layout, mode: DecoderMode) {
    this.#rules = rules;
    this.#layout = layout;
    this.#reader = new FileReader(rules, layout, mode);
  }

  /**
   * Reads and compares. Nothing is remembered before `keep` is called.
   *
   * @param served the agents that are in service
   */
  *read(
    reading: SourceReading,
    served: ReadonlyMap<string, A> | undefined,
  ): ParseSteps<Entries<A>> {
    const base = served ?? this.#state?.agents[0] ?? new Map<string, A>();
    const read = yield* this.#reader.read(reading, base);
    const isDirect = this.#state?.agents.includes(base) === true;
    const step = isDirect ? this.#stepTo(read) : undefined;
    if (step !== undefined) return yield* this.#compareStep(read, base, step);
    // What had lost to another entry of its id was not compared with what is served.
    const isCompared = isDirect && this.#state?.hasDuplicates === false;
    const files: DecodedFile<A>[] = [];
    for (const file of read.files) {
      files.push(isCompared || base.size === 0 ? file : yield* withServed(file, base));
    }
    return yield* this.#compareAll({ ...read, files }, base);
  }

  /**
   * Remembers entries, as far as their files could be read.
   *
   * @param changes how the agents differ from those in service; undefined when something is wrong with any
   */
  keep(entries: Entries<A>, changes: Changes | undefined): void {
    this.#reader.keep(entries);
    if (changes === undefined) {
      // What was read then was compared with other agents than those of the state.
      if (this.#state?.agents.includes(entries.base) !== true) this.#state = undefined;
      return;
    }
    const { files, metadata, dangling, known, winners, agents, base } = entries;
    this.#state = {
      files,
      metadata,
      index: (entries as CheckedEntries<A>).index,
      dangling,
      known,
      hasDuplicates: winners.losers.size > 0,
      // Without a change the base stays in service.
      agents: isEmpty(changes) ? [agents, base] : [agents],
    };
  }

  /** How entries differ from those of the state; undefined when that is not all that there is to compare. */
  #stepTo({ files, replaced, metadata, lostBefore }: ReadFiles<A>): StepChanges<A> | undefined {
    const state = this.#state;
    if (state === undefined || state.hasDuplicates || files.length !== state.files.length) {
      return undefined;
    }
    if (lostBefore.length > 0) return undefined;
    if (!declaresSame(this.#rules.references, metadata, state.metadata)) return undefined;
    const all: Replacement<A>[] = [];
    for (const [at, file] of files.entries()) {
      const before = state.files[at]!;
      if (file === before) continue;
      const one = replaced.get(file);
      if (one?.known !== before) return undefined;
      for (const replacement of one.replacements) all.push(replacement);
    }
    const changed = all.reduce((sum, { added }) => sum + added.length, 0);
    // Where many are others, to compare all takes no longer, and can pause.
    if (changed > Math.max(MANY, state.index.size / 4)) return undefined;
    return stepOf(state.index, all);
  }

  *#compareStep(
    read: ReadFiles<A>,
    base: ReadonlyMap<string, A>,
    { removed, added, gone, fresh, hasSameIds }: StepChanges<A>,
  ): ParseSteps<CheckedEntries<A>> {
    const state = this.#state!;
    const { references } = this.#rules;
    const index = indexAfter(state.index, gone, added) ??
      (yield* IdIndex.building(segmentsWithId(read.files), state.index.size + added.length));
    const names = knownNames(namesOf(read.files, index, NO_IDS), read.metadata);
    const dangling = new Map<Segment<A>, number>();
    const left = new Set(removed);
    const known: DanglingFindings = hasSameIds ? state.known : new WeakMap();
    const check = (segment: Segment<A>): void => {
      const count = countDangling(segment, references, names);
      if (count > 0) dangling.set(segment, count);
    };
    for (const [segment, count] of state.dangling) {
      if (left.has(segment)) continue;
      if (gone.size + fresh.size > 0) check(segment);
      else dangling.set(segment, count);
    }
    if (gone.size > 0) {
      for (const { segments } of read.files.flatMap(({ regions }) => regions)) {
        for (const chunk of segments.chunks) {
          if (!chunk.hasNames) continue;
          for (const segment of chunk.segments) {
            if (segment.names.some((name) => gone.has(name))) check(segment);
          }
        }
      }
    }
    for (const segment of added) check(segment);
    yield;
    const agents = agentsOf(read.files, index);
    const changes = changesOf(removed, added, gone);
    const winners = NOTHING_REPEATED;
    return { ...read, winners, dangling, known, names, agents, base, changes, index };
  }

  *#compareAll(
    read: ReadFiles<A>,
    base: ReadonlyMap<string, A>,
  ): ParseSteps<CheckedEntries<A>> {
    const { references } = this.#rules;
    const lostIds = idsOf(read.lostBefore);
    const winners = yield* resolveDuplicates(read.files, this.#layout.duplicates, lostIds);
    const index = yield* IdIndex.building(
      winners.byId.values() as Iterable<Identified<A>>,
      winners.byId.size,
    );
    const names = knownNames(namesOf(read.files, index, lostIds), read.metadata);
    const dangling = new Map<Segment<A>, number>();
    if (references.length > 0) {
      let looked = 0;
      for (const segment of winners.byId.values()) {
        if (++looked % PAUSE_AFTER === 0) yield;
        const count = countDangling(segment, references, names);
        if (count > 0) dangling.set(segment, count);
      }
    }
    const agents = agentsOf(read.files, index);
    const known: DanglingFindings = new WeakMap();
    return { ...read, winners, dangling, known, names, agents, base, changes: undefined, index };
  }
}

interface CheckedEntries<A> extends Entries<A> {
  readonly index: IdIndex<Identified<A>>;
}

function agentsOf<A>(
  files: readonly DecodedFile<A>[],
  index: IdIndex<Identified<A>>,
): ReadonlyMap<string, A> {
  const regions = files.flatMap((file) => file.regions);
  return ReadOnlyMap.lazy(() => new AgentMap(regions, index as IdIndex<AgentSegment<A>>));
}

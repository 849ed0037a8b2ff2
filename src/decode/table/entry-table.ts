import { type Changes, comparing, isEmpty, toChanges } from "../../model/report/changes.ts";
import { ReadOnlyMap } from "../../model/snapshot/read-only-map.ts";
import type { SourceReading } from "../../model/report/source-reading.ts";
import type { Layout } from "../layout.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import type { AgentRules } from "../validate/agent-rules.ts";
import { crossCheck, type KnownNames, knownNames, type Names } from "../validate/cross-check.ts";
import { AgentMap, type AgentSegment } from "./agent-map.ts";
import type { DecodedDocument, DecodedFile } from "../segments/decoded-file.ts";
import { listsOf } from "./file-segments.ts";
import { type IdChange, IdIndex } from "./id-index.ts";
import { FileReader, type ReadFiles } from "../segments/file-reader.ts";
import { keptAgent } from "../segments/read-member.ts";
import type { Replaced } from "../segments/read-file.ts";
import type { Region, Segment } from "../segments/region.ts";
import { resolveDuplicates, type Winners } from "./resolve-duplicates.ts";

/** What a reading comes to, entry by entry. */
export interface Entries<A> extends ReadFiles<A> {
  readonly winners: Pick<Winners<A>, "repeated" | "losers">;
  /** Entries with names that name nothing. */
  readonly dangling: ReadonlySet<Segment<A>>;
  /** What names may name. */
  readonly names: KnownNames;
  /** The agents, when nothing is wrong with any entry. */
  readonly agents: ReadonlyMap<string, A>;
  /** The agents that they were compared with, and how they differ. */
  readonly base: ReadonlyMap<string, A>;
  readonly changes: Changes;
}

/** The entries of the latest reading without an error. */
interface State<A> {
  readonly files: readonly DecodedFile<A>[];
  readonly metadata: object;
  readonly index: IdIndex<Identified<A>>;
  readonly dangling: ReadonlySet<Segment<A>>;
  readonly hasDuplicates: boolean;
  /** Maps that hold these very agents: the one handed out, and one that it did not differ from. */
  readonly agents: readonly ReadonlyMap<string, A>[];
}

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

  /** @param isWhole whether no entry is told apart from the others before its document is parsed */
  constructor(rules: AgentRules, layout: Layout, isWhole: boolean) {
    this.#rules = rules;
    this.#layout = layout;
    this.#reader = new FileReader(rules, layout, isWhole);
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
    const files: DecodedFile<A>[] = [];
    for (const file of read.files) {
      files.push(isDirect || base.size === 0 ? file : yield* withServed(file, base));
    }
    return yield* this.#compareAll({ ...read, files }, base);
  }

  /** Remembers entries, as far as their files could be read. */
  keep(entries: Entries<A>, isGood: boolean): void {
    this.#reader.keep(entries);
    if (!isGood) return;
    const { files, metadata, dangling, winners, agents, base, changes } = entries;
    this.#state = {
      files,
      metadata,
      index: (entries as CheckedEntries<A>).index,
      dangling,
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
    if (metadata !== state.metadata || lostBefore.length > 0) return undefined;
    const all: Replaced<A>[] = [];
    for (const [at, file] of files.entries()) {
      const before = state.files[at]!;
      if (file === before) continue;
      const one = replaced.get(file);
      if (one?.known !== before) return undefined;
      all.push(one);
    }
    return stepOf(state, all.flatMap((one) => one.removed), all.flatMap((one) => one.added));
  }

  *#compareStep(
    read: ReadFiles<A>,
    base: ReadonlyMap<string, A>,
    { removed, added, gone, fresh }: StepChanges<A>,
  ): ParseSteps<CheckedEntries<A>> {
    const state = this.#state!;
    const { references } = this.#rules;
    const index = indexAfter(state.index, gone, added) ??
      (yield* IdIndex.building(segmentsWithId(read.files), state.index.size + added.length));
    const names = knownNames(namesOf(read.files, index, NO_IDS), read.metadata);
    const dangling = new Set<Segment<A>>();
    const left = new Set(removed);
    const check = (segment: Segment<A>): void => {
      if (segment.agent === undefined) return;
      if (crossCheck(segment.agent, references, names).length > 0) dangling.add(segment);
    };
    for (const segment of state.dangling) {
      if (left.has(segment)) continue;
      if (gone.size + fresh.size > 0) check(segment);
      else dangling.add(segment);
    }
    if (gone.size > 0) {
      for (const segment of segmentsWithId(read.files)) {
        if (segment.names.some((name) => gone.has(name)) && !dangling.has(segment)) check(segment);
      }
    }
    for (const segment of added) check(segment);
    yield;
    const agents = agentsOf(read.files, index);
    const changes = changesOf(removed, added, gone);
    const winners = NOTHING_REPEATED;
    return { ...read, winners, dangling, names, agents, base, changes, index };
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
    const dangling = new Set<Segment<A>>();
    if (references.length > 0) {
      for (const segment of winners.byId.values()) {
        yield;
        if (segment.agent === undefined) continue;
        if (crossCheck(segment.agent, references, names).length > 0) dangling.add(segment);
      }
    }
    const agents = agentsOf(read.files, index);
    const changes = yield* comparing(base, agents);
    return { ...read, winners, dangling, names, agents, base, changes, index };
  }
}

type Identified<A> = Segment<A> & { readonly id: string };

interface CheckedEntries<A> extends Entries<A> {
  readonly index: IdIndex<Identified<A>>;
}

/** What an edit comes to. */
interface StepChanges<A> extends Omit<Replaced<A>, "known"> {
  /** The ids that are gone. */
  readonly gone: ReadonlySet<string>;
  /** The ids that are new. */
  readonly fresh: ReadonlySet<string>;
}

/** Undefined when an id is there twice: it is to be decided which entry counts. */
function stepOf<A>(
  { index }: State<A>,
  removed: readonly Segment<A>[],
  added: readonly Segment<A>[],
): StepChanges<A> | undefined {
  const old = new Set<string>();
  for (const { id } of removed) if (id !== undefined) old.add(id);
  const now = new Set<string>();
  const fresh = new Set<string>();
  for (const { id } of added) {
    if (id === undefined) continue;
    if (now.has(id) || (!old.has(id) && index.has(id))) return undefined;
    now.add(id);
    if (!old.has(id)) fresh.add(id);
  }
  const gone = new Set([...old].filter((id) => !now.has(id)));
  return { removed, added, gone, fresh };
}

/** A file with the agents that are served in place of those that say the same. */
function* withServed<A>(
  file: DecodedFile<A>,
  served: ReadonlyMap<string, A>,
): ParseSteps<DecodedFile<A>> {
  let isChanged = false;
  const documents: DecodedDocument<A>[] = [];
  for (const document of file.documents) {
    const regions: Region<A>[] = [];
    for (const region of document.regions) {
      const segments: Segment<A>[] = [];
      for (const segment of region.segments) {
        yield;
        const { id, agent } = segment;
        const before = id === undefined ? undefined : served.get(id);
        const kept = agent === undefined ? agent : keptAgent(agent, before);
        segments.push(kept === agent ? segment : { ...segment, agent: kept });
        isChanged ||= kept !== agent;
      }
      regions.push({ ...region, segments });
    }
    documents.push({ ...document, regions });
  }
  return isChanged ? { ...file, documents } : file;
}

function idsOf<A>(files: readonly DecodedFile<A>[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id } of segmentsWithId(files)) ids.add(id);
  return ids;
}

function* segmentsWithId<A>(files: readonly DecodedFile<A>[]): Generator<Identified<A>> {
  for (const file of files) {
    for (const list of listsOf(file)) {
      for (const segment of list) if (segment.id !== undefined) yield segment as Identified<A>;
    }
  }
}

/** The names of agents that there are, or may be again. */
function namesOf<A>(
  files: readonly DecodedFile<A>[],
  index: IdIndex<Identified<A>>,
  lostIds: ReadonlySet<string>,
): Names {
  return {
    has: (id) => index.has(id) || lostIds.has(id),
    *[Symbol.iterator]() {
      yield* lostIds;
      for (const { id } of segmentsWithId(files)) yield id;
    },
  };
}

/** The index after an edit; undefined when so many entries are others that it is less work to start over. */
function indexAfter<A>(
  index: IdIndex<Identified<A>>,
  gone: ReadonlySet<string>,
  added: readonly Segment<A>[],
): IdIndex<Identified<A>> | undefined {
  if (gone.size + added.length > index.size / 4) return undefined;
  const changes: IdChange<Identified<A>>[] = [...gone].map((id) => [id, undefined]);
  for (const segment of added) {
    if (segment.id !== undefined) changes.push([segment.id, segment as Identified<A>]);
  }
  return index.with(changes);
}

function changesOf<A>(
  removed: readonly Segment<A>[],
  added: readonly Segment<A>[],
  gone: ReadonlySet<string>,
): Changes {
  const before = new Map(removed.map((segment) => [segment.id, segment.agent]));
  const [fresh, updated]: [string[], string[]] = [[], []];
  for (const { id, agent } of added) {
    if (id === undefined) continue;
    if (!before.has(id)) fresh.push(id);
    else if (before.get(id) !== agent) updated.push(id);
  }
  return toChanges(fresh, updated, [...gone]);
}

function agentsOf<A>(
  files: readonly DecodedFile<A>[],
  index: IdIndex<Identified<A>>,
): ReadonlyMap<string, A> {
  const lists = files.flatMap(listsOf) as readonly (readonly AgentSegment<A>[])[];
  return ReadOnlyMap.lazy(() => new AgentMap(lists, index as IdIndex<AgentSegment<A>>));
}

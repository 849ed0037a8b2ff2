import { type AgentFilter, fieldOf, toPredicate } from "./agent-filter.ts";
import type { Issue } from "./issue.ts";
import { ReadOnlyMap } from "./read-only-map.ts";
import { type RegistryStatistics, statisticsOf } from "./statistics.ts";

/** Where an agent stands in its file, as of the revision that it was loaded with. */
export interface Origin {
  /** The file, as it was named when the registry was opened. */
  readonly path: string;
  /** 1-based line of the agent's key, or of its start where it has none. */
  readonly line: number;
  /** 1-based column of the agent's key, in UTF-16 code units. */
  readonly column: number;
  /** JSON Pointer (RFC 6901) of the agent in its document: `/agents/planner`, `/provers/0`. */
  readonly pointer: string;
}

/** How {@linkcode RegistrySnapshot.search} looks. */
export interface SearchOptions {
  /** The fields to look in. @default every field that is text or a list of text, and the id */
  readonly fields?: readonly string[] | undefined;
  /** Whether upper and lower case differ. @default false */
  readonly caseSensitive?: boolean | undefined;
}

/** All agents at one revision: complete, valid, deeply frozen. */
export interface RegistrySnapshot<A> {
  /** 0 before anything was loaded, then one more for every applied change and every rollback. */
  readonly revision: number;
  /** When this revision was applied. */
  readonly loadedAt: Date;
  /**
   * The agents by id, in the order of the files; those of a file that cannot be read come last. Has no
   * `set`, `delete` or `clear`.
   */
  readonly agents: ReadonlyMap<string, A>;
  /** Everything around the agents: version, categories, config... */
  readonly document: Readonly<Record<string, unknown>>;
  /** Where each agent stands. */
  readonly origins: ReadonlyMap<string, Origin>;
  /**
   * The agents that are kept at their last good version because their newest one is not valid, and what
   * is wrong with it. Only with `onInvalid: "isolate"`.
   */
  readonly stale: ReadonlyMap<string, readonly Issue[]>;
  /** What does not keep the registry from loading, but should be looked at. */
  readonly warnings: readonly Issue[];
  /** The agent of this id, if there is one. */
  get(id: string): A | undefined;
  /** The agents that the filter lets through, sorted by name, then id. */
  list(filter?: AgentFilter<A>): readonly A[];
  /** The agents that hold the text, sorted by name, then id. An empty query finds all. */
  search(query: string, options?: SearchOptions): readonly A[];
  /** All values that a field has; for list fields such as `tags`, all members. */
  values(field: string): ReadonlySet<unknown>;
  /** How many agents there are, in all and by category, environment, owner, status and tag. */
  statistics(): RegistryStatistics;
}

/** What a snapshot is made from. */
export type SnapshotContent<A> = Pick<
  RegistrySnapshot<A>,
  "revision" | "loadedAt" | "agents" | "document" | "origins" | "stale" | "warnings"
>;

/** The one implementation of {@linkcode RegistrySnapshot}. */
export class Snapshot<A extends object> implements RegistrySnapshot<A> {
  readonly revision: number;
  readonly agents: ReadonlyMap<string, A>;
  readonly document: Readonly<Record<string, unknown>>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly stale: ReadonlyMap<string, readonly Issue[]>;
  readonly warnings: readonly Issue[];
  readonly #loadedAt: number;
  #sorted: readonly A[] | undefined;

  constructor(content: SnapshotContent<A>) {
    this.revision = content.revision;
    this.#loadedAt = content.loadedAt.getTime();
    this.agents = readOnly(content.agents);
    this.document = content.document;
    this.origins = readOnly(content.origins);
    this.stale = readOnly(content.stale);
    this.warnings = content.warnings;
    Object.freeze(this);
  }

  // A frozen Date can still be set, so every caller gets one of its own.
  get loadedAt(): Date {
    return new Date(this.#loadedAt);
  }

  get(id: string): A | undefined {
    return this.agents.get(id);
  }

  list(filter?: AgentFilter<A>): readonly A[] {
    this.#sorted ??= Object.freeze([...this.agents.values()].sort(byNameThenId));
    return filter === undefined ? this.#sorted : this.#sorted.filter(toPredicate(filter));
  }

  search(query: string, options: SearchOptions = {}): readonly A[] {
    const fold = options.caseSensitive === true
      ? (text: string) => text
      : (text: string) => text.toLowerCase();
    const needle = fold(query);
    return this.list((agent) => {
      const fields = options.fields ?? Object.keys(agent);
      return fields.some((field) =>
        textsOf(fieldOf(agent, field)).some((text) => fold(text).includes(needle))
      );
    });
  }

  values(field: string): ReadonlySet<unknown> {
    const all = [...this.agents.values()].map((agent) => fieldOf(agent, field));
    return new Set(all.flat().filter((value) => value !== undefined));
  }

  statistics(): RegistryStatistics {
    return statisticsOf([...this.agents.values()]);
  }
}

/** The snapshot before anything was loaded. */
export function emptySnapshot<A extends object>(loadedAt: Date): Snapshot<A> {
  return new Snapshot<A>({
    revision: 0,
    loadedAt,
    agents: new Map(),
    document: Object.freeze({}),
    origins: new Map(),
    stale: new Map(),
    warnings: Object.freeze([]),
  });
}

function readOnly<K, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  return map instanceof ReadOnlyMap ? map : new ReadOnlyMap(map);
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((member) => typeof member === "string") : [];
}

// By code units and not by locale: the order must not depend on the runtime's ICU data.
function byNameThenId(a: object, b: object): number {
  return compare(fieldOf(a, "name"), fieldOf(b, "name")) ||
    compare(fieldOf(a, "id"), fieldOf(b, "id"));
}

function compare(a: unknown, b: unknown): number {
  const [x, y] = [sortKey(a), sortKey(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function sortKey(value: unknown): string {
  return value === undefined || typeof value === "object" ? "" : String(value);
}

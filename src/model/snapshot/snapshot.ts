import { type AgentFilter, fieldOf, toPredicate } from "../agent/agent-filter.ts";
import { type Issue, toIssues } from "../report/issue.ts";
import { ReadOnlyMap } from "./read-only-map.ts";
import { ResultPool } from "./result-pool.ts";
import { type RegistryStatistics, statisticsOf } from "./statistics.ts";
import { defineDateGetter } from "../value/define-date-getter.ts";

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
   * The agents by id, in the order of the files; those of a file that cannot be read come last. A `Map`
   * to compare and to clone, but one that refuses `set`, `delete` and `clear`.
   *
   * It is made when it is first asked for, which takes a few milliseconds for 10,000 agents. {@linkcode get} needs
   * no such map.
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
  /**
   * The agents that the filter lets through, sorted by name, then id. The same agents are the same list
   * (`===`), as long as somebody holds it, so that React's `useSyncExternalStore` can ask by it.
   */
  list(filter?: AgentFilter<A>): readonly A[];
  /**
   * The agents that hold the text, sorted by name, then id. An empty query finds all. The same agents are
   * the same list, as with {@linkcode list}.
   */
  search(query: string, options?: SearchOptions): readonly A[];
  /** All values that a field has; for list fields such as `tags`, all members. */
  values(field: string): ReadonlySet<unknown>;
  /** How many agents there are, in all and by category, environment, owner, status and tag. */
  statistics(): RegistryStatistics;
  /** The whole snapshot as plain data, with the maps as objects: what `JSON.stringify` writes. */
  toJSON(): SnapshotJson<A>;
}

/** A snapshot as plain data. */
export interface SnapshotJson<A> {
  /** See {@linkcode RegistrySnapshot.revision}. */
  readonly revision: number;
  /** When this revision was applied, as an ISO 8601 date and time. */
  readonly loadedAt: string;
  /** The agents by id. */
  readonly agents: Readonly<Record<string, A>>;
  /** Everything around the agents. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Where each agent stands, by id. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** What is wrong with the newest version of each stale agent, by id. */
  readonly stale: Readonly<Record<string, readonly Issue[]>>;
  /** See {@linkcode RegistrySnapshot.warnings}. */
  readonly warnings: readonly Issue[];
}

/** What a snapshot is made from. */
export type SnapshotContent<A> = Pick<
  RegistrySnapshot<A>,
  "revision" | "loadedAt" | "agents" | "document" | "origins" | "stale" | "warnings"
>;

/** The one implementation of {@linkcode RegistrySnapshot}. */
export class Snapshot<A extends object> implements RegistrySnapshot<A> {
  static {
    // What console.log shows on Node, Deno and Bun: accessors would be shown as such.
    Object.defineProperty(this.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: Snapshot<object>) {
        return { ...this };
      },
    });
  }

  readonly revision: number;
  declare readonly loadedAt: Date;
  declare readonly agents: ReadonlyMap<string, A>;
  readonly document: Readonly<Record<string, unknown>>;
  declare readonly origins: ReadonlyMap<string, Origin>;
  declare readonly stale: ReadonlyMap<string, readonly Issue[]>;
  readonly warnings: readonly Issue[];
  readonly #content: SnapshotContent<A>;
  readonly #lists = new ResultPool<A>();
  #sorted: readonly A[] | undefined;
  #statistics: RegistryStatistics | undefined;

  constructor(content: SnapshotContent<A>) {
    const agents = readOnly(content.agents);
    const origins = readOnly(content.origins);
    const stale = readOnly(content.stale);
    this.#content = { ...content, agents, origins, stale };
    this.revision = content.revision;
    this.document = content.document;
    this.warnings = toIssues(content.warnings);
    // Own accessors, so that a comparison and structuredClone read them as they do fields.
    const views = { agents, origins, stale };
    for (const [name, map] of Object.entries(views)) {
      Object.defineProperty(this, name, { enumerable: true, get: () => map.view });
    }
    Object.freeze(defineDateGetter(this, "loadedAt", content.loadedAt));
  }

  /**
   * What a snapshot was made from, with its maps as they are stored: they cost nothing to ask for, and
   * are `===` where snapshots share them.
   */
  static contentOf<A>(snapshot: RegistrySnapshot<A>): SnapshotContent<A> {
    return #content in snapshot ? snapshot.#content as SnapshotContent<never> : snapshot;
  }

  get(id: string): A | undefined {
    return this.#content.agents.get(id);
  }

  list(filter?: AgentFilter<A>): readonly A[] {
    this.#sorted ??= Object.freeze([...this.#content.agents.values()].sort(byNameThenId));
    if (filter === undefined) return this.#sorted;
    const found = this.#sorted.filter(toPredicate(filter));
    // All of them, in the same order.
    if (found.length === this.#sorted.length) return this.#sorted;
    return this.#lists.share(found, (agent) => sortKey(fieldOf(agent, "id")));
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
    const all = [...this.#content.agents.values()].map((agent) => fieldOf(agent, field));
    return new Set(all.flat().filter((value) => value !== undefined));
  }

  statistics(): RegistryStatistics {
    return this.#statistics ??= statisticsOf([...this.#content.agents.values()]);
  }

  toJSON(): SnapshotJson<A> {
    const { revision, document, warnings } = this;
    const { agents, origins, stale } = this.#content;
    return {
      revision,
      loadedAt: this.loadedAt.toISOString(),
      agents: Object.fromEntries(agents),
      document,
      origins: Object.fromEntries(origins),
      stale: Object.fromEntries(stale),
      warnings,
    };
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

function readOnly<K, V>(map: ReadonlyMap<K, V>): ReadOnlyMap<K, V> {
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

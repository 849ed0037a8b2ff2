import { fieldOf } from "../agent/agent-filter.ts";

/** How many agents a snapshot has, in all and by the fields that registries are sorted by. */
export interface RegistryStatistics {
  /** All agents. */
  readonly agentsCount: number;
  /** Those with `deprecated: true`. */
  readonly deprecatedCount: number;
  /** By `category`, most frequent first. An agent without the field is not counted. */
  readonly byCategory: Readonly<Record<string, number>>;
  /** By `environment`, most frequent first. */
  readonly byEnvironment: Readonly<Record<string, number>>;
  /** By `owner`, most frequent first. */
  readonly byOwner: Readonly<Record<string, number>>;
  /** By `status`, most frequent first. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** By member of `tags`, most frequent first. */
  readonly byTag: Readonly<Record<string, number>>;
}

/** Counts agents. */
export function statisticsOf(agents: readonly object[]): RegistryStatistics {
  return Object.freeze({
    agentsCount: agents.length,
    deprecatedCount: agents.filter((agent) => fieldOf(agent, "deprecated") === true).length,
    byCategory: countBy(agents, "category"),
    byEnvironment: countBy(agents, "environment"),
    byOwner: countBy(agents, "owner"),
    byStatus: countBy(agents, "status"),
    byTag: countBy(agents, "tags"),
  });
}

function countBy(agents: readonly object[], field: string): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const agent of agents) {
    for (const value of [fieldOf(agent, field)].flat()) {
      // A schema of one's own may put anything there; only what has a name can be counted.
      if (value === undefined || typeof value === "object") continue;
      const key = String(value);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const ranked = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return Object.freeze(Object.fromEntries(ranked));
}

import type { RegistryView, ReloadEvent } from "../../mod.ts";

/** All that can be read of a registry, as plain data: equal where two mean the same. */
export function plainly(registry: RegistryView<object>): unknown {
  const { snapshot, status, history } = registry;
  return JSON.parse(JSON.stringify({
    revision: snapshot.revision,
    loadedAt: snapshot.loadedAt,
    agents: [...snapshot.agents],
    document: snapshot.document,
    origins: [...snapshot.agents.keys()].map((id) => snapshot.origins.get(id)),
    stale: [...snapshot.stale],
    warnings: snapshot.warnings,
    listed: snapshot.list(),
    status,
    // Prints each event, too, which is no part of its JSON.
    history: history.map((event: ReloadEvent) => [event, String(event)]),
  }));
}

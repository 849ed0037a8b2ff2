// React: a component that shows the agents of a registry, live. In a browser the registry is that of
// `connectRegistry`, in a program that renders on its own also that of `openRegistry`.
import { type ReactElement, useCallback, useSyncExternalStore } from "react";
import type { Agent, RegistrySnapshot, RegistryView } from "../../mod.ts";

/** What a function makes of the registry's snapshot; it must give the same for the same snapshot. */
export function useRegistry<R>(
  registry: RegistryView<Agent>,
  project: (snapshot: RegistrySnapshot<Agent>) => R,
): R {
  const subscribe = useCallback((changed: () => void) => {
    const subscription = registry.snapshot$.subscribe(changed);
    return () => subscription.unsubscribe();
  }, [registry]);
  // A snapshot stays the very same object until something changes.
  const snapshot = useSyncExternalStore(subscribe, () => registry.snapshot);
  return project(snapshot);
}

export function AgentList({ registry }: { registry: RegistryView<Agent> }): ReactElement {
  const agents = useRegistry(registry, (snapshot) => snapshot.list());
  return (
    <ul>
      {agents.map(({ id, name, version }) => <li key={id}>{name} {version}</li>)}
    </ul>
  );
}

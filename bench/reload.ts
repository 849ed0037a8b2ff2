import {
  type Agent,
  type AgentRegistry,
  openRegistry,
  type RegistryOptions,
  type ReloadEvent,
} from "../mod.ts";
import type { Versions } from "./versions.ts";

/** Options under which a reload does nothing but reload: no watching, no waiting, no logging. */
export const NOTHING_ELSE = { watch: false, debounceMs: 0, logger: false } as const;

/**
 * Opens a registry of real files, and gives a way to reload it, as any program does.
 *
 * @param expected the type of event that every reload must end with
 */
export async function reloading(
  paths: string | readonly string[],
  options: RegistryOptions = {},
): Promise<Reloading> {
  const registry = await openRegistry(paths, { ...options, ...NOTHING_ELSE });
  return {
    registry,
    reload: async (expected) => {
      const event = await registry.reload();
      if (event.type !== expected) throw new Error(`Expected ${expected}, got ${event}`);
      return event;
    },
    [Symbol.asyncDispose]: () => registry.close(),
  };
}

/** A registry whose reloads are measured. */
export interface Reloading extends AsyncDisposable {
  readonly registry: AgentRegistry<Agent>;
  reload(expected: ReloadEvent["type"]): Promise<ReloadEvent>;
}

/** What comes before each reload that is measured: the first version is served, and the second one saved. */
export function turning(file: Versions, { registry }: Reloading): () => Promise<void> {
  return async () => {
    file.turnTo(0);
    const event = await registry.reload();
    if (event.type === "rejected") throw new Error(`Expected a good file, got ${event}`);
    file.turnTo(1);
  };
}

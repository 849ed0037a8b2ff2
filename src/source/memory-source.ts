import { defer, of, Subject } from "rxjs";
import type { RegistrySource, SourceChange } from "./registry-source.ts";

/** A source held in memory, whose documents the program writes. */
export interface MemorySource extends RegistrySource {
  /** Adds a document, or replaces the one at this path. */
  write(path: string, content: string | Uint8Array): void;
  /** Removes a document. Does nothing when there is none at this path. */
  remove(path: string): void;
}

/**
 * Creates a source held in memory: for tests, and for programs that get their documents elsewhere.
 *
 * @param documents the first documents, path to content
 *
 * @example
 * ```ts
 * import { memorySource, openRegistry } from "@agent-registry/rx";
 *
 * const source = memorySource({ "agents.yaml": "agents: {}" });
 * await using registry = await openRegistry(source, { debounceMs: 0 });
 * console.assert(registry.snapshot.agents.size === 0);
 * ```
 */
export function memorySource(
  documents: Readonly<Record<string, string | Uint8Array>> = {},
): MemorySource {
  const held = new Map(Object.entries(documents));
  const changes = new Subject<SourceChange>();
  const changed = (path: string): void => changes.next({ type: "changed", paths: [path] });
  return {
    change$: changes.asObservable(),
    read: () =>
      defer(() =>
        of({
          documents: [...held].map(([path, content]) => ({ path, content })),
          issues: [],
        })
      ),
    write(path, content) {
      held.set(path, content);
      changed(path);
    },
    remove(path) {
      if (held.delete(path)) changed(path);
    },
  };
}

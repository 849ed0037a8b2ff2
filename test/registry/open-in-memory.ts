import { onTestFinished } from "vitest";
import {
  type Agent,
  type AgentRegistry,
  type Logger,
  type MemorySource,
  memorySource,
  openRegistry,
  type RegistryOptions,
  type ReloadEvent,
} from "../../mod.ts";
import { until } from "../until.ts";

/** No waiting, and nothing on the console. */
export const quiet: RegistryOptions = { debounceMs: 0, logger: false };

/** A registry of one document that is held in memory. It is closed when the test is over. */
export async function openInMemory(text: string, options: RegistryOptions = {}): Promise<{
  readonly source: MemorySource;
  readonly registry: AgentRegistry<Agent>;
  /** Writes the document, and resolves with what came of it. */
  readonly write: (next: string) => Promise<ReloadEvent>;
}> {
  const source = memorySource({ "agents.yaml": text });
  const registry = await openRegistry(source, { ...quiet, ...options });
  onTestFinished(() => registry.close());
  const write = async (next: string): Promise<ReloadEvent> => {
    const event = until(registry.reload$);
    source.write("agents.yaml", next);
    return await event;
  };
  return { source, registry, write };
}

/** What a subscriber has seen, as ids. */
export function idsOf(registry: AgentRegistry<Agent>): string[] {
  const seen: string[] = [];
  registry.snapshot$.subscribe(({ agents }) => seen.push([...agents.keys()].join("")));
  return seen;
}

/** A logger that keeps its lines, each with its level in front. */
export function recordingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = (level: string) => (message: string): void => void lines.push(`${level} ${message}`);
  return {
    lines,
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
  };
}

import type { DecodedRegistry, Decoder } from "../src/decode/decoded-registry.ts";
import { LiveRegistry, type LiveRegistryOptions } from "../src/registry/live-registry.ts";
import { toLogger } from "../src/logging/logger.ts";
import type { Issue } from "../src/model/report/issue.ts";
import type { Origin } from "../src/model/snapshot/snapshot.ts";
import type { SourceReading } from "../src/model/report/source-reading.ts";
import { type MemorySource, memorySource } from "../src/source/memory-source.ts";

/** An agent of a language that can be broken in every way, and in a few letters. */
export interface Toy {
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

/**
 * Decodes words: `a=1` is an agent, `a!why` a broken one, `@x=1` stands around the agents, and a document
 * that holds a `?` is lost.
 */
export function decodeToys({ documents, issues }: SourceReading): DecodedRegistry<Toy> {
  const agents = new Map<string, Toy>();
  const origins = new Map<string, Origin>();
  const metadata: Record<string, string> = {};
  const broken = new Map<string, readonly Issue[]>();
  const lost = new Map<string, readonly Issue[]>();
  for (const { path, content } of documents) {
    const words = String(content).split(" ").filter(Boolean);
    if (words.includes("?")) {
      lost.set(path, [toyIssue("yaml-syntax", path, 1, "nothing can be read")]);
      continue;
    }
    for (const [at, word] of words.entries()) {
      const [, id = "", mark, text = ""] = /^(@?\w+)([=!])(.*)$/.exec(word) ?? [];
      if (id.startsWith("@")) {
        metadata[id.slice(1)] = text;
        continue;
      }
      origins.set(id, { path, line: at + 1, column: 1, pointer: `/${id}` });
      if (mark === "!") broken.set(id, [toyIssue("invalid-agent", path, at + 1, `${id}: ${text}`)]);
      else agents.set(id, Object.freeze({ id, name: id, value: text }));
    }
  }
  const empty = documents.length + issues.length === 0;
  const errors = [
    ...(empty ? [toyIssue("missing-agents", "(source)", 1, "no document")] : []),
    ...issues,
    ...[...lost.values()].flat(),
    ...[...broken.values()].flat().map((issue) => ({ ...issue })),
  ];
  return { agents, origins, metadata, errors, warnings: [], broken, lost, debounceMs: undefined };
}

/** An issue of a toy document. */
export function toyIssue(
  code: Issue["code"],
  path: string,
  line: number,
  message: string,
): Issue {
  return { code, severity: "error", message, path, line, column: 1 };
}

/** A decoder that needs no steps. */
export function stepless<A>(
  decode: (reading: SourceReading) => DecodedRegistry<A>,
): Decoder<A> {
  // deno-lint-ignore require-yield -- it has one step only
  return function* (reading) {
    return decode(reading);
  };
}

/** A registry of toys, with the source that its documents are in. */
export interface OpenToys {
  readonly registry: LiveRegistry<Toy>;
  readonly source: MemorySource;
}

/** Opens a registry of toys and waits for its first load, however that went. */
export async function openToys(
  documents: Readonly<Record<string, string>>,
  options: Partial<LiveRegistryOptions<Toy>> = {},
): Promise<OpenToys> {
  const source = memorySource(documents);
  const decode: Decoder<Toy> = stepless(decodeToys);
  const registry = new LiveRegistry<Toy>({
    source,
    decode,
    watch: true,
    required: false,
    debounceMs: 0,
    maxWaitMs: 2_000,
    history: 50,
    logger: toLogger(false),
    ...options,
  });
  await registry.loaded();
  return { registry, source };
}

/** Agents as the words that say them, with a `!` behind those that are stale. */
export function wordsOf(
  { agents, stale }: {
    readonly agents: ReadonlyMap<string, Toy>;
    readonly stale: ReadonlyMap<string, unknown>;
  },
): string {
  return [...agents].map(([id, { value }]) => `${id}=${value}${stale.has(id) ? "!" : ""}`).join(
    " ",
  );
}

import type { SchemaOption } from "../model/agent/agent-of.ts";
import { comparing } from "../model/report/changes.ts";
import { PAUSE_AFTER } from "../model/value/pause-after.ts";
import { runToCompletion } from "../model/value/run-to-completion.ts";
import { ReadOnlyMap } from "../model/snapshot/read-only-map.ts";
import type { Origin } from "../model/snapshot/snapshot.ts";
import type { DecodedRegistry, Decoder, DecoderMode } from "./decoded-registry.ts";
import { toLayout } from "./layout.ts";
import type { LayoutOptions } from "./layout-options.ts";
import { type Entries, EntryTable } from "./table/entry-table.ts";
import type { Region } from "./segments/region.ts";
import { pointerOf, positionOf, segmentsOfFile } from "./table/file-segments.ts";
import { type Report, reportEntries } from "./table/report-entries.ts";
import { agentRules } from "./validate/agent-rules.ts";

/**
 * Makes a decoder for agents of a schema. It remembers what it read last: entries whose bytes are the same
 * are not read again.
 *
 * @throws {TypeError} if an option of the layout, or the schema, is not of its type
 */
export function createDecoder<A extends object>(
  schema: SchemaOption,
  options: LayoutOptions = {},
  mode: DecoderMode = {},
): Decoder<A> {
  const layout = toLayout(options);
  const rules = agentRules(schema, options.variables);
  const table = new EntryTable<A>(rules, layout, mode);
  return function* (reading, served) {
    const entries = yield* table.read(reading, served);
    const report = yield* reportEntries(entries, reading, rules.references, layout);
    if (report.errors.length > 0) {
      table.keep(entries, undefined);
      const broken = yield* brokenRegistry(entries, report);
      if (mode.givesUp === true) return broken;
      // Whoever serves what is good in it asks for all of them.
      const origins = yield* originsOf(entries.files, entries.winners.losers);
      return { ...broken, origins: ReadOnlyMap.lazy(() => origins) };
    }
    const { agents, base } = entries;
    const changes = entries.changes ?? (yield* comparing(base, agents));
    table.keep(entries, changes);
    return { ...common(entries, report), agents, since: { agents: base, changes } };
  };
}

function* brokenRegistry<A extends object>(
  entries: Entries<A>,
  report: Report,
): Generator<undefined, DecodedRegistry<A>, unknown> {
  const agents = new Map<string, A>();
  const broken = new Set<string>();
  for (const file of entries.files) {
    if (file.refusals.length > 0) continue;
    for (const { agent, severity } of file.documents.flatMap(({ findings }) => findings)) {
      if (agent !== undefined && severity === "error") broken.add(agent);
    }
    for (const { segment, index } of segmentsOfFile(file)) {
      if (index % PAUSE_AFTER === 0) yield;
      const { id, agent, findings } = segment;
      const isBroken = entries.winners.repeated.get(segment)?.severity === "error" ||
        findings.some(({ severity }) => severity === "error");
      if (id === undefined) continue;
      if (isBroken) broken.add(id);
      else if (agent !== undefined && !entries.winners.losers.has(segment)) agents.set(id, agent);
    }
  }
  for (const id of broken) agents.delete(id);
  return { ...common(entries, report), agents };
}

function common<A extends object>(
  { files, metadata, winners }: Pick<Entries<A>, "files" | "metadata" | "winners">,
  report: Report,
): Omit<DecodedRegistry<A>, "agents"> {
  // Without the bytes of the files: an old snapshot must not hold those.
  const places = files.map(({ path, regions }) => ({ path, regions }));
  const documents = files.flatMap((file) => file.refusals.length > 0 ? [] : file.documents);
  return {
    ...report,
    metadata,
    origins: ReadOnlyMap.lazy(() => runToCompletion(originsOf(places, winners.losers))),
    debounceMs: documents.findLast(({ debounceMs }) => debounceMs !== undefined)?.debounceMs,
  };
}

/** Where the agents stand. Counted when somebody asks: one line more at the top moves them all. */
function* originsOf<A>(
  files: readonly { readonly path: string; readonly regions: readonly Region<A>[] }[],
  losers: ReadonlySet<unknown>,
): Generator<undefined, ReadonlyMap<string, Origin>, unknown> {
  const origins = new Map<string, Origin>();
  for (const file of files) {
    const { path } = file;
    for (const placed of segmentsOfFile(file)) {
      const { segment, index } = placed;
      if (index % PAUSE_AFTER === 0) yield;
      if (segment.id === undefined || losers.has(segment)) continue;
      const origin = { path, ...positionOf(placed), pointer: pointerOf(placed) };
      origins.set(segment.id, Object.freeze(origin));
    }
  }
  return origins;
}

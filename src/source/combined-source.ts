import { defer, forkJoin, map, merge } from "rxjs";
import type { SourceReading } from "../model/report/source-reading.ts";
import type { RegistrySource, SourceChange } from "./registry-source.ts";

type Watching = Extract<SourceChange, { readonly type: "watching" }>;

/**
 * Makes one source of several. Its documents are theirs, in their order, and what one of them cannot give
 * is an issue. It watches by events when all of them do.
 */
export function combinedSource(sources: readonly RegistrySource[]): RegistrySource {
  const [only] = sources;
  if (only !== undefined && sources.length === 1) return only;
  return {
    name: sources.map(({ name = "(source)" }) => name).join(", "),
    change$: defer(() => {
      const watching = new Map<RegistrySource, Watching>();
      return merge(...sources.map((source) =>
        source.change$.pipe(map((change) => {
          if (change.type !== "watching") return change;
          watching.set(source, change);
          return together([...watching.values()]);
        }))
      ));
    }),
    read: (request) =>
      forkJoin(sources.map((source) => defer(() => source.read(request)))).pipe(map(joined)),
    released: async () => {
      await Promise.all(sources.map((source) => source.released?.()));
    },
  };
}

function together(all: readonly Watching[]): Watching {
  return {
    type: "watching",
    by: all.every(({ by }) => by === "events") ? "events" : "polling",
    issues: all.flatMap(({ issues }) => issues),
  };
}

function joined(readings: readonly SourceReading[]): SourceReading {
  const documents = readings.flatMap(({ documents }) => documents);
  return {
    documents,
    // A directory without files is no trouble while there are documents from elsewhere.
    issues: readings.flatMap(({ issues }) => issues)
      .filter(({ code }) => code !== "missing-agents" || documents.length === 0),
  };
}

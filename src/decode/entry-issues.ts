import type { Buffer } from "node:buffer";
import { ReadOnlyMap } from "../model/read-only-map.ts";
import type { Origin } from "../model/snapshot.ts";
import type { KnownNames, References } from "./cross-check.ts";
import type { EntryList } from "./entry-list.ts";
import { type Finding, type FindingText, type LocatedFinding, pointerTo } from "./finding.ts";
import { danglingFindings, type KnownEntry } from "./known-entry.ts";
import { AGENTS } from "./layout.ts";
import type { Lines } from "./line-index.ts";
import { LineWindow } from "./line-window.ts";

/** Entries, and the file they stand in. */
export interface EntryFile<A> {
  readonly path: string;
  readonly bytes: Buffer;
  /** Where the first entry starts, in bytes. */
  readonly start: number;
  /** How many line breaks stand before it. */
  readonly lines: number;
  readonly indent: number;
  readonly entries: EntryList<KnownEntry<A>>;
}

/** All that is to be reported about entries, in the order in which a look at the whole file finds it. */
export function findingsOfEntries<A extends object>(
  { path, bytes, start, lines, entries }: EntryFile<A>,
  known: KnownNames,
  references: References,
): readonly LocatedFinding[] {
  const own: LocatedFinding[] = [];
  const dangling: LocatedFinding[] = [];
  for (const [entry, at, line] of entries.withProblems()) {
    const from = start + at;
    const text = lazyText(
      path,
      () => new LineWindow(bytes, from, from + entry.bytes, lines + line),
    );
    const located = (finding: Finding): LocatedFinding => [{ ...finding, agent: entry.id }, text];
    own.push(...entry.findings.map(located));
    dangling.push(...danglingFindings(entry, known, references).map(located));
  }
  return own.concat(dangling);
}

/** Where the entries stand. Counted when somebody asks: one line more at the top moves them all. */
export function originsOfEntries<A>(
  { path, lines, indent, entries }: EntryFile<A>,
): ReadonlyMap<string, Origin> {
  return ReadOnlyMap.lazy(() => {
    const origins = new Map<string, Origin>();
    let line = lines + 1;
    for (const entry of entries.slice()) {
      const pointer = pointerTo(AGENTS, entry.id);
      origins.set(entry.id, Object.freeze({ path, line, column: indent + 1, pointer }));
      line += entry.lines;
    }
    return origins;
  });
}

function lazyText(path: string, make: () => Lines): FindingText {
  let lines: Lines | undefined;
  return {
    path,
    get lines() {
      return lines ??= make();
    },
  };
}

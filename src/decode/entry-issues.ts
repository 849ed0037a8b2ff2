import type { Buffer } from "node:buffer";
import { ReadOnlyMap } from "../model/read-only-map.ts";
import type { Origin } from "../model/snapshot.ts";
import type { KnownNames, References } from "./validate/cross-check.ts";
import type { EntryList } from "./entry-list.ts";
import {
  type Finding,
  type FindingText,
  type LocatedFinding,
  pointerTo,
} from "./report/finding.ts";
import { danglingFindings, type KnownEntry } from "./known-entry.ts";
import type { Lines } from "./report/line-index.ts";
import { LineWindow } from "./line-window.ts";
import { entryOffset, type Shape, tokensOfEntry } from "./shape.ts";

/** Entries, and the file they stand in. */
export interface EntryFile<A> {
  readonly path: string;
  readonly bytes: Buffer;
  /** Where the first entry starts, in bytes. */
  readonly start: number;
  /** How many line breaks stand before it. */
  readonly lines: number;
  readonly shape: Shape;
  readonly entries: EntryList<KnownEntry<A>>;
}

/** All that is to be reported about entries, in the order in which a look at the whole file finds it. */
export function findingsOfEntries<A extends object>(
  { path, bytes, start, lines, shape, entries }: EntryFile<A>,
  known: KnownNames,
  references: References,
): readonly LocatedFinding[] {
  const own: LocatedFinding[] = [];
  const dangling: LocatedFinding[] = [];
  for (const [entry, at, line, index] of entries.withProblems()) {
    const from = start + at;
    const text = lazyText(
      path,
      () => new LineWindow(bytes, from, from + entry.bytes, lines + line),
    );
    const [read, stands] = [0, index].map((place) =>
      pointerTo(...tokensOfEntry(shape, entry.id, place))
    );
    const located = (finding: Finding): LocatedFinding => {
      const inside = finding.pointer?.slice(read!.length);
      const pointer = inside === undefined ? {} : { pointer: `${stands}${inside}` };
      return [{ ...finding, ...pointer, agent: entry.id }, text];
    };
    own.push(...entry.findings.map(located));
    dangling.push(...danglingFindings(entry, known, references).map(located));
  }
  return own.concat(dangling);
}

/** Where the entries stand. Counted when somebody asks: one line more at the top moves them all. */
export function originsOfEntries<A>(
  { path, lines, shape, entries }: EntryFile<A>,
): ReadonlyMap<string, Origin> {
  return ReadOnlyMap.lazy(() => {
    const origins = new Map<string, Origin>();
    const column = entryOffset(shape) + 1;
    let line = lines + 1;
    for (const { id, lines } of entries.slice()) {
      const pointer = pointerTo(...tokensOfEntry(shape, id, origins.size));
      origins.set(id, Object.freeze({ path, line, column, pointer }));
      line += lines;
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

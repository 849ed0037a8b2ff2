import {
  crossCheck,
  type KnownNames,
  type Names,
  type References,
} from "../validate/cross-check.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";
import type { Segment } from "../segments/segment.ts";
import type { IdIndex } from "./id-index.ts";
import type { Identified } from "./step-changes.ts";

/** The ids of all entries that count. */
export function idsOf<A>(files: readonly DecodedFile<A>[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id } of segmentsWithId(files)) ids.add(id);
  return ids;
}

/** The entries that count and have an id, in the order of the files. */
export function* segmentsWithId<A>(files: readonly DecodedFile<A>[]): Generator<Identified<A>> {
  for (const { segments } of files.flatMap(({ regions }) => regions)) {
    for (const segment of segments) if (segment.id !== undefined) yield segment as Identified<A>;
  }
}

/** How many names in an entry name nothing. */
export function countDangling<A extends object>(
  { agent }: Segment<A>,
  references: References,
  names: KnownNames,
): number {
  return agent === undefined ? 0 : crossCheck(agent, references, names).length;
}

/** The names of agents that there are, or may be again. */
export function namesOf<A>(
  files: readonly DecodedFile<A>[],
  index: IdIndex<Identified<A>>,
  lostIds: ReadonlySet<string>,
): Names {
  let all: string[] | undefined;
  const list = (): string[] => [...lostIds, ...Array.from(segmentsWithId(files), ({ id }) => id)];
  return {
    has: (id) => index.has(id) || lostIds.has(id),
    [Symbol.iterator]: () => (all ??= list()).values(),
  };
}

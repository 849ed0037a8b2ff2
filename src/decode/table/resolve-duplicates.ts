import { PAUSE_AFTER } from "../../model/value/pause-after.ts";
import { quote } from "../../text/quote.ts";
import type { Layout } from "../layout.ts";
import { error, type Finding } from "../report/finding.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";
import { positionOf, segmentsOfFile } from "./file-segments.ts";
import type { Segment } from "../segments/segment.ts";

/** What is left of entries when it is decided which of those of one id count. */
export interface Winners<A> {
  /** The entry that counts, by its id. */
  readonly byId: ReadonlyMap<string, Segment<A>>;
  /** What is wrong with entries whose id stands somewhere else already. */
  readonly repeated: ReadonlyMap<Segment<A>, Finding>;
  /** Entries that do not count. */
  readonly losers: ReadonlySet<Segment<A>>;
}

/**
 * Decides which entry counts where several have one id, in steps.
 *
 * @param lostIds ids that counted in files that are lost; these may come back
 */
export function* resolveDuplicates<A>(
  files: readonly DecodedFile<A>[],
  duplicates: Layout["duplicates"],
  lostIds: ReadonlySet<string>,
): Generator<undefined, Winners<A>, unknown> {
  const byId = new Map<string, Segment<A>>();
  let places: ReadonlyMap<Segment<A>, string> | undefined;
  const repeated = new Map<Segment<A>, Finding>();
  const losers = new Set<Segment<A>>();
  for (const file of files) {
    for (const { segment, index } of segmentsOfFile(file)) {
      if (index % PAUSE_AFTER === 0) yield;
      const { id } = segment;
      if (id === undefined) continue;
      if (duplicates !== "reject" && lostIds.has(id)) {
        losers.add(segment);
        continue;
      }
      const first = byId.get(id);
      if (first !== undefined) {
        places ??= yield* placesOf(files);
        repeated.set(segment, duplicateOf(segment, id, places.get(first)!, duplicates));
        losers.add(duplicates === "last" ? first : segment);
        if (duplicates !== "last") continue;
      }
      byId.set(id, segment);
    }
  }
  return { byId, repeated, losers };
}

/** Where entries stand: asked for when there is a duplicate, which names the other one's place. */
function* placesOf<A>(
  files: readonly DecodedFile<A>[],
): Generator<undefined, ReadonlyMap<Segment<A>, string>, unknown> {
  const places = new Map<Segment<A>, string>();
  for (const file of files) {
    for (const placed of segmentsOfFile(file)) {
      if (placed.index % PAUSE_AFTER === 0) yield;
      const { line, column } = positionOf(placed);
      places.set(placed.segment, `${file.path}:${line}:${column}`);
    }
  }
  return places;
}

function duplicateOf<A>(
  { offset }: Segment<A>,
  id: string,
  place: string,
  duplicates: Layout["duplicates"],
): Finding {
  const which = { reject: "", first: ", and counts", last: ": this one counts" }[duplicates];
  const message = () => `Agent ${quote(id)}: stands already at ${place}${which}`;
  const finding = error("duplicate-agent", offset, message, "");
  return duplicates === "reject" ? finding : { ...finding, severity: "warning" };
}

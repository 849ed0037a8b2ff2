import type { Origin } from "../model/snapshot.ts";
import { quote } from "../text/quote.ts";
import { type DecodedDocument, originOf } from "./decode-document.ts";
import { type Finding, pointerTo } from "./report/finding.ts";
import type { Layout } from "./layout.ts";
import type { Entry } from "./extract/take-entries.ts";

/** What is left of entries when those that have an id twice are told apart. */
export interface ToldApart {
  /** The entry that counts, by its id. */
  readonly counting: ReadonlyMap<string, Entry>;
  /** Findings about the ids that stand in a document again. */
  readonly repeated: ReadonlyMap<DecodedDocument, readonly Finding[]>;
}

/**
 * Decides which entry counts where several have one id.
 *
 * @param lostIds ids that counted in files that are lost; these may come back
 */
export function tellApart(
  documents: readonly DecodedDocument[],
  duplicates: Layout["duplicates"],
  lostIds: ReadonlySet<string>,
): ToldApart {
  const counting = new Map<string, Entry>();
  const places = new Map<string, DecodedDocument>();
  const repeated = new Map<DecodedDocument, Finding[]>();
  for (const document of documents) {
    for (const entry of document.entries) {
      const { id } = entry;
      if (duplicates !== "reject" && lostIds.has(id)) continue;
      const first = counting.get(id);
      if (first !== undefined) {
        const findings = repeated.get(document) ?? [];
        // Hardly ever: to find out where all of them stand would take long.
        const origin = originOf(first, places.get(id) ?? document);
        findings.push(duplicateOf(entry, origin, duplicates));
        repeated.set(document, findings);
        if (duplicates !== "last") continue;
      }
      counting.set(id, entry);
      places.set(id, document);
    }
  }
  return { counting, repeated };
}

function duplicateOf(
  { id, offset, tokens }: Entry,
  first: Origin,
  duplicates: Layout["duplicates"],
): Finding {
  const place = `${first.path}:${first.line}:${first.column}`;
  const which = { reject: "", first: ", and counts", last: ": this one counts" }[duplicates];
  return {
    code: "duplicate-agent",
    severity: duplicates === "reject" ? "error" : "warning",
    message: `Agent ${quote(id)}: stands already at ${place}${which}`,
    offset,
    pointer: pointerTo(...tokens),
    agent: id,
  };
}

import type { Issue } from "../model/issue.ts";
import { findByPathOrAncestor } from "../model/find-by-path-or-ancestor.ts";
import type { SourceReading } from "../model/source-reading.ts";
import type { DecodedDocument } from "./decode-document.ts";
import { type Finding, issuesBy, type LocatedFinding } from "./report/finding.ts";

/** Tells which files are lost: they, or what they stand in, have an error that is not about one agent. */
export function lossIn(
  { issues }: SourceReading,
  documents: readonly DecodedDocument[],
): (path: string) => boolean {
  const lost = new Map<string, true>();
  for (const { severity, path } of issues) if (severity === "error") lost.set(path, true);
  for (const { path, findings } of documents) {
    if (findings.some((finding) => finding.severity === "error" && isOfDocument(finding))) {
      lost.set(path, true);
    }
  }
  return (path) => findByPathOrAncestor(path, lost) !== undefined;
}

/**
 * Why documents are lost, by path.
 *
 * @param given errors of the source, in place of documents that it could not give
 */
export function lostDocuments(
  errors: readonly LocatedFinding[],
  given: readonly Issue[],
): ReadonlyMap<string, readonly Issue[]> {
  const own = issuesBy(errors, ([finding, { path }]) => isOfDocument(finding) ? path : undefined);
  const lost = new Map(own);
  for (const issue of given) lost.set(issue.path, [...lost.get(issue.path) ?? [], issue]);
  return lost;
}

function isOfDocument({ agent, unnamed }: Finding): boolean {
  return agent === undefined && unnamed === undefined;
}

import { findByPathOrAncestor } from "../../model/value/find-by-path-or-ancestor.ts";
import type { Issue } from "../../model/report/issue.ts";
import { type Finding, issuesBy, type LocatedFinding } from "../report/finding.ts";

/** Whether a finding is about a file as a whole, and not about one agent in it. */
export function isOfFile({ severity, agent, unnamed }: Finding): boolean {
  return severity === "error" && agent === undefined && unnamed === undefined;
}

/** Tells of a path whether it, or a directory that it stands in, is lost. */
export function lossOf(paths: Iterable<string>): (path: string) => boolean {
  const lost = new Map<string, true>();
  for (const path of paths) lost.set(path, true);
  return (path) => findByPathOrAncestor(path, lost) !== undefined;
}

/**
 * Why files are lost, by path.
 *
 * @param given errors of the source, in place of documents that it could not give
 */
export function lostFiles(
  errors: readonly LocatedFinding[],
  given: readonly Issue[],
): ReadonlyMap<string, readonly Issue[]> {
  const own = issuesBy(errors, ([finding, { path }]) => isOfFile(finding) ? path : undefined);
  const lost = new Map(own);
  for (const issue of given) lost.set(issue.path, [...lost.get(issue.path) ?? [], issue]);
  return lost;
}

import type { Issue } from "../../../mod.ts";
import type { FlagValues } from "../args/flag-values.ts";
import type { CliContext } from "../cli-context.ts";
import { issueReport } from "./issue-report.ts";
import { styleFor } from "./style.ts";

/** The exit code of a query that cannot be answered, as grep and diff tell it apart from "none found". */
export const REFUSED = 2;

/** Prints what is wrong beside the answer of a query. */
export function tellIssues(
  issues: readonly Issue[],
  flags: FlagValues,
  context: CliContext,
): void {
  const { err } = context;
  if (issues.length > 0) err.write(`${issueReport(issues, styleFor(context, err, flags))}\n`);
}

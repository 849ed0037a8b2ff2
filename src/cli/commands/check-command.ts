import { formatIssue, type Issue } from "../../../mod.ts";
import { printable, printableJson } from "../../text/printable.ts";
import type { FlagValues } from "../args/flag-values.ts";
import { Misuse } from "../args/misuse.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import type { CliContext } from "../cli-context.ts";
import { load } from "../input/load.ts";
import { countOf } from "../print/count-of.ts";
import { countIssues, issueReport, shownIssues } from "../print/issue-report.ts";
import { styleFor } from "../print/style.ts";

const FORMATS = ["text", "json", "github"] as const;

/** Prints every issue of a registry, and a summary. */
export async function checkCommand(line: CommandLine, context: CliContext): Promise<number> {
  const { flags, words } = line;
  const format = formatOf(flags);
  const { snapshot, issues: errors } = await load(line, words, context);
  const issues = [...errors, ...snapshot?.warnings ?? []];
  const ok = snapshot !== undefined && !(flags.strict === true && issues.length > 0);
  const agentsCount = snapshot?.agents.size ?? 0;
  const { out } = context;
  const style = styleFor(context, out, flags);
  switch (format) {
    case "json": {
      const shown = shownIssues(issues, style);
      out.write(`${printableJson({ ok, agentsCount, issues: shown })}\n`);
      break;
    }
    case "github":
      // Everybody who can read the pull request sees them: no lines of the file unless asked for.
      for (const issue of shownIssues(issues, { frames: flags.frames === true })) {
        out.write(`${annotation(issue)}\n`);
      }
      break;
    case "text": {
      if (issues.length > 0) out.write(`${issueReport(issues, style)}\n\n`);
      const counts = [
        ...snapshot === undefined ? [] : [countOf(agentsCount, "agent")],
        ...issues.length === 0 ? [] : [countIssues(issues)],
      ];
      out.write(`${ok ? style.green("ok") : style.red("not ok")}: ${counts.join(", ")}\n`);
    }
  }
  return ok ? 0 : 1;
}

function formatOf({ format, json }: FlagValues): (typeof FORMATS)[number] {
  const wanted = format ?? (json === true ? "json" : "text");
  const known = FORMATS.find((one) => one === wanted);
  if (known !== undefined) return known;
  throw new Misuse(`Expected --format to be ${FORMATS.join(", ")}, got "${wanted}"`);
}

/** A workflow command of GitHub Actions, which shows the issue at its line in a pull request. */
function annotation(issue: Issue): string {
  const { severity, path, line, column, code } = issue;
  const place = line === undefined ? "" : `,line=${line},col=${column ?? 1}`;
  const file = escapeData(printable(path)).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return `::${severity} file=${file}${place},title=${code}::${escapeData(formatIssue(issue))}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

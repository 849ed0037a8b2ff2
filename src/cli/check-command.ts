import { formatIssue, type Issue } from "../../mod.ts";
import { load } from "./input/load.ts";
import type { CheckCommand } from "./parse-command.ts";
import { countOf, issueReport } from "./report.ts";
import type { CliContext } from "./run-cli.ts";
import { styleFor } from "./style.ts";

/** Prints every issue of a registry, and a summary. */
export async function checkCommand(command: CheckCommand, context: CliContext): Promise<number> {
  const { snapshot, issues: errors } = await load(command.paths, command.options);
  const issues = [...errors, ...snapshot?.warnings ?? []];
  const ok = snapshot !== undefined;
  const agentsCount = snapshot?.agents.size ?? 0;
  const warnings = issues.filter(({ severity }) => severity === "warning").length;
  const summary = [
    ok ? countOf(agentsCount, "agent") : countOf(issues.length - warnings, "error"),
    ...(warnings > 0 ? [countOf(warnings, "warning")] : []),
  ].join(", ");
  const { out } = context;
  switch (command.format) {
    case "json":
      out.write(`${JSON.stringify({ ok, agentsCount, issues })}\n`);
      break;
    case "github":
      for (const issue of issues) out.write(`${annotation(issue)}\n`);
      break;
    case "text": {
      const style = styleFor(context, context.out);
      if (issues.length > 0) out.write(`${issueReport(issues, style)}\n`);
      out.write(`${ok ? style.green("ok") : style.red("not ok")}: ${summary}\n`);
    }
  }
  return ok ? 0 : 1;
}

/** A workflow command of GitHub Actions, which shows the issue at its line in a pull request. */
function annotation(issue: Issue): string {
  const { severity, path, line, column, code } = issue;
  const place = line === undefined ? "" : `,line=${line},col=${column ?? 1}`;
  const file = escapeData(path).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return `::${severity} file=${file}${place},title=${code}::${escapeData(formatIssue(issue))}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

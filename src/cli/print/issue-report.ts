import { formatIssue, type Issue } from "../../../mod.ts";
import { printable } from "../../text/printable.ts";
import { wrapWords } from "../../text/wrap-words.ts";
import { countOf } from "./count-of.ts";
import type { Style } from "./style.ts";

/** How many problems are printed where it is to be brief. */
const MOST = 5;
/** How many places of the same problem are named. */
const MOST_PLACES = 5;

/** Issues with their frames; where it is to be brief, errors first and one of each cause. */
export function issueReport(issues: readonly Issue[], style: Style): string {
  const causes = style.brief ? byCause(issues) : issues.map((issue) => [issue] as const);
  const shown = style.brief ? causes.slice(0, MOST) : causes;
  const blocks = shown.map(([first, ...others]) => {
    const more = others.length === 0 ? [] : wrapWords(moreText(first, others), style.width - 2);
    return [issueText(first, style), ...more.map((line) => style.dim(`  ${line}`))].join("\n");
  });
  const left = causes.slice(shown.length).flat().length;
  if (left > 0) blocks.push(style.dim(`and ${countOf(left, "more issue")}: --all prints them`));
  return blocks.join("\n\n");
}

/** The issues without what the reader is not to see of the file. */
export function shownIssues(
  issues: readonly Issue[],
  { frames }: Pick<Style, "frames">,
): readonly Issue[] {
  return frames ? issues : issues.map(({ frame: _, ...issue }) => issue);
}

/** How many issues there are, by severity. */
export function countIssues(issues: readonly Issue[]): string {
  const warnings = issues.filter(({ severity }) => severity === "warning").length;
  const errors = issues.length - warnings;
  return [
    ...errors > 0 ? [countOf(errors, "error")] : [],
    ...warnings > 0 ? [countOf(warnings, "warning")] : [],
  ].join(", ");
}

function issueText(issue: Issue, style: Style): string {
  const [head = "", ...frame] = formatIssue(issue).split("\n");
  const paint = issue.severity === "error" ? style.red : style.yellow;
  return [...wrapWords(head, style.width).map(paint), ...style.frames ? frame : []].join("\n");
}

type Cause = readonly [Issue, ...Issue[]];

function byCause(issues: readonly Issue[]): readonly Cause[] {
  const causes = new Map<string, [Issue, ...Issue[]]>();
  for (const severity of ["error", "warning"] as const) {
    for (const issue of issues.filter((issue) => issue.severity === severity)) {
      const cause = causeOf(issue);
      const same = causes.get(cause);
      if (same === undefined) causes.set(cause, [issue]);
      else same.push(issue);
    }
  }
  return [...causes.values()];
}

/** What issues have in common that are mended alike: not which agent it is, nor what was found there. */
function causeOf({ code, message, path }: Issue): string {
  if (isSyntax(code)) return `syntax ${path}`;
  return `${code} ${message.replace(/^Agent "(?:[^"\\]|\\.)*": /, "").replace(/, found .*/s, "")}`;
}

function moreText(first: Issue, others: readonly Issue[]): string {
  if (isSyntax(first.code)) {
    const last = others.at(-1)?.line;
    const upTo = last === undefined ? "" : `, up to line ${last}`;
    return `and ${others.length} more after it${upTo}, which may follow from it`;
  }
  const places = others.slice(0, MOST_PLACES).map(placeOf).join(", ");
  const rest = others.length > MOST_PLACES ? ", …" : "";
  return `and ${others.length} more like it: ${places}${rest}`;
}

function isSyntax(code: Issue["code"]): boolean {
  return code === "yaml-syntax" || code === "json-syntax";
}

function placeOf({ path, line }: Issue): string {
  return printable(line === undefined ? path : `${path}:${line}`);
}

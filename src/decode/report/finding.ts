import { type Issue, ISSUE_LIMIT, type IssueCode, limitIssues } from "../../model/report/issue.ts";
import { printable } from "../../text/printable.ts";
import { codeFrame } from "./code-frame.ts";
import type { Lines } from "./line-index.ts";

/** A problem before it has a line, a column and a frame: cheap, there may be a million of them. */
export interface Finding {
  readonly code: IssueCode;
  readonly severity: "error" | "warning";
  /** A function where the text costs something: it is called only for what is shown. */
  readonly message: string | (() => string);
  /** Offset in the text. */
  readonly offset: number;
  /** JSON Pointer into the document. */
  readonly pointer?: string;
  /** The id of the agent that it is about. */
  readonly agent?: string;
  /** Whether it is about an agent that has no id. If not, and without `agent`, about the document. */
  readonly unnamed?: true;
  /** Offset of what this repeats, or its line: the message will say in which line it stands. */
  readonly first?: number | { line(): number };
}

/** The text that findings speak of. */
export interface FindingText {
  readonly path: string;
  readonly lines: Lines;
}

/** A finding and the text it speaks of. */
export type LocatedFinding = readonly [Finding, FindingText];

/** Makes a finding of severity `error`. */
export function error(
  code: IssueCode,
  offset: number,
  message: Finding["message"],
  pointer?: string,
): Finding {
  const place = pointer === undefined ? {} : { pointer };
  return { code, severity: "error", message, offset, ...place };
}

/**
 * Turns findings into issues, in steps: the first hundred, and how many more there are.
 *
 * @param before issues that are there already; they come first, and count
 * @param notFound how many more there are than these findings; `Infinity` when they were not looked for
 */
export function* issuesOf(
  findings: readonly LocatedFinding[],
  before: readonly Issue[] = [],
  notFound = 0,
): Generator<undefined, readonly Issue[], unknown> {
  const room = Math.max(0, ISSUE_LIMIT - before.length);
  const shown: Issue[] = [];
  for (const finding of findings.slice(0, room)) {
    // Each is shown with the lines around it.
    shown.push(issueOf(finding));
    yield;
  }
  return limitIssues([...before, ...shown], before.length + findings.length + notFound);
}

/** Groups findings as issues by what they are about, at most a hundred each; leaves out those without. */
export function issuesBy(
  findings: readonly LocatedFinding[],
  keyOf: (finding: LocatedFinding) => string | undefined,
): ReadonlyMap<string, readonly Issue[]> {
  const groups = new Map<string, Issue[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    if (key === undefined) continue;
    const group = groups.get(key) ?? [];
    if (group.length < ISSUE_LIMIT) group.push(issueOf(finding));
    groups.set(key, group);
  }
  for (const group of groups.values()) Object.freeze(group);
  return groups;
}

function issueOf([finding, { path, lines }]: LocatedFinding): Issue {
  const { code, severity, pointer, first } = finding;
  const text = typeof finding.message === "string" ? finding.message : finding.message();
  const line = typeof first === "number" ? lines.positionAt(first).line : first?.line();
  const repeats = line === undefined ? "" : `, first in line ${line}`;
  const position = lines.positionAt(finding.offset);
  const frame = codeFrame(lines, position);
  const place = { ...position, ...(pointer === undefined ? {} : { pointer }), frame };
  return Object.freeze({ code, severity, message: printable(text + repeats), path, ...place });
}

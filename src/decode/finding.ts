import { type Issue, ISSUE_LIMIT, type IssueCode, limitIssues } from "../model/issue.ts";
import { codeFrame } from "./code-frame.ts";
import type { LineIndex } from "./line-index.ts";

/** A problem before it has a line, a column and a frame: cheap, there may be a million of them. */
export interface Finding {
  readonly code: IssueCode;
  readonly severity: "error" | "warning";
  readonly message: string;
  /** Offset in the text. */
  readonly offset: number;
  /** JSON Pointer into the document. */
  readonly pointer?: string;
  /** Offset of what this repeats: the message will say in which line. */
  readonly first?: number;
}

/** The text that findings speak of. */
export interface FindingText {
  readonly path: string;
  readonly lines: LineIndex;
}

/** A finding and the text it speaks of. */
export type LocatedFinding = readonly [Finding, FindingText];

/** Turns findings into issues: the first hundred, and how many more there are. */
export function issuesOf(findings: readonly LocatedFinding[]): readonly Issue[] {
  // Only what is shown gets a frame; the rest is only counted.
  return limitIssues(
    findings.map(([finding, text], at) =>
      at < ISSUE_LIMIT ? issueOf(finding, text) : { ...finding, path: text.path }
    ),
  );
}

function issueOf(finding: Finding, { path, lines }: FindingText): Issue {
  const { code, severity, pointer, first } = finding;
  const message = first === undefined
    ? finding.message
    : `${finding.message}, first in line ${lines.positionAt(first).line}`;
  const position = lines.positionAt(finding.offset);
  const frame = codeFrame(lines, position);
  const place = { ...position, ...(pointer === undefined ? {} : { pointer }), frame };
  return Object.freeze({ code, severity, message, path, ...place });
}

/** Joins keys and indexes to a JSON Pointer (RFC 6901). */
export function pointerTo(...tokens: readonly (string | number)[]): string {
  return tokens.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** Takes a JSON Pointer apart. */
export function tokensOf(pointer: string): readonly string[] {
  return pointer.split("/").slice(1).map((token) =>
    token.replaceAll("~1", "/").replaceAll("~0", "~")
  );
}

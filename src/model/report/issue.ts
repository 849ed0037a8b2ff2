import { printable } from "../../text/printable.ts";
import { printedBy } from "./printed-by.ts";

/**
 * What kind of problem an {@linkcode Issue} reports. The set is closed: `switch` on it, never on a
 * message.
 *
 * | code | meaning |
 * |---|---|
 * | `yaml-syntax` | the text is not well-formed YAML 1.2 |
 * | `json-syntax` | the text of a `.json` file is not JSON |
 * | `invalid-syntax` | a format of the option `formats` cannot parse the text |
 * | `json-extension` | a `.json` file has comments or trailing commas, which JSON has not (warning) |
 * | `yaml-version` | a `%YAML` directive asks for another version: the text is read as YAML 1.2 (warning) |
 * | `unknown-tag` | a YAML tag that does not apply: the value is taken without it (warning) |
 * | `unknown-format` | no format is known for the extension of the file |
 * | `loose-text` | a text of a front matter is no YAML, or loses its end, without quotes (warning) |
 * | `invalid-key` | a map or list stands as a key |
 * | `inexact-number` | a number has more digits than a double holds |
 * | `several-documents` | the file holds more than one YAML document |
 * | `duplicate-key` | a map has the same key twice |
 * | `duplicate-agent` | two entries have the same id |
 * | `missing-agents` | there are no agents where the layout says, or there is no document |
 * | `invalid-agents` | what stands there is neither a map nor a list |
 * | `invalid-agent` | an agent, or one of its fields, does not match the schema |
 * | `missing-field` | an agent lacks a required field, or an id |
 * | `unknown-variable` | a `${NAME}` in a field has neither a value nor a default, or is none |
 * | `unknown-reference` | a field names an agent or tag that is not in the registry (warning) |
 * | `invalid-config` | a setting of the file's own `config` cannot be used (warning) |
 * | `id-mismatch` | an agent's own `id` field differs from its key (warning) |
 * | `confusable-id` | an id is not in Unicode NFC, or has invisible characters (warning) |
 * | `alias-limit` | aliases expand to too much, or contain themselves |
 * | `too-deep` | collections are nested too deeply |
 * | `bad-encoding` | the bytes are not UTF-8 text, or the name of a file is not or has control characters (warning) |
 * | `file-missing` | the file or directory does not exist |
 * | `file-unreadable` | the file or directory cannot be read (permissions, I/O error, never at rest) |
 * | `not-a-file` | a directory, FIFO, socket or device stands in place of the file, or a file in place of a directory |
 * | `too-large` | the file or answer is larger than `maxBytes`, or a directory has more than 100,000 entries |
 * | `http-status` | the server answers with another status than 200 |
 * | `http-failed` | the server cannot be reached, or its answer takes too long or breaks off |
 * | `http-redirect` | the server redirects too often, or to where a redirect is not followed |
 * | `watch-failed` | the operating system does not report changes; they are found by polling (warning) |
 * | `source-failed` | a source other than files threw, or gave nothing |
 * | `decode-failed` | decoding threw: an option's function, a permission that is missing, or a defect of this module |
 * | `guard` | the `guard` option refused the change, or failed |
 * | `cache-used` | the source is broken: what was last good is served from the cache (warning) |
 * | `cache-corrupt` | the cache is damaged, or no cache at all (warning) |
 * | `cache-foreign` | the cache belongs to another source, or to other options (warning) |
 * | `cache-failed` | the cache cannot be read or written (warning) |
 * | `more-issues` | stands for the issues beyond the first 100 |
 */
export type IssueCode =
  | "yaml-syntax"
  | "json-syntax"
  | "invalid-syntax"
  | "json-extension"
  | "yaml-version"
  | "unknown-tag"
  | "unknown-format"
  | "loose-text"
  | "invalid-key"
  | "inexact-number"
  | "several-documents"
  | "duplicate-key"
  | "duplicate-agent"
  | "missing-agents"
  | "invalid-agents"
  | "invalid-agent"
  | "missing-field"
  | "unknown-variable"
  | "unknown-reference"
  | "invalid-config"
  | "id-mismatch"
  | "confusable-id"
  | "alias-limit"
  | "too-deep"
  | "bad-encoding"
  | "file-missing"
  | "file-unreadable"
  | "not-a-file"
  | "too-large"
  | "http-status"
  | "http-failed"
  | "http-redirect"
  | "watch-failed"
  | "source-failed"
  | "decode-failed"
  | "guard"
  | "cache-used"
  | "cache-corrupt"
  | "cache-foreign"
  | "cache-failed"
  | "more-issues";

/**
 * One problem: what, how bad, and where. `String(issue)` is one line for a log, without the frame.
 */
export interface Issue {
  /** What kind of problem, from a closed set. */
  readonly code: IssueCode;
  /** An `error` keeps the change, or the agent, from being applied; a `warning` does not. */
  readonly severity: "error" | "warning";
  /** One sentence for a person. Not stable: never `switch` on it. */
  readonly message: string;
  /** The file, as it was named when the registry was opened. */
  readonly path: string;
  /** 1-based line, when the problem has a place in the text. */
  readonly line?: number;
  /** 1-based column in UTF-16 code units, as editors count. */
  readonly column?: number;
  /** JSON Pointer (RFC 6901) into the document, when the problem has a place in its data. */
  readonly pointer?: string;
  /** The line with a caret below the column, and two lines around it. May show what is secret. */
  readonly frame?: string;
}

const issuePrototype = printedBy(headOf);

/** Freezes an issue and gives it a `toString`. One that was made so before is taken as it is. */
export function toIssue(issue: Issue): Issue {
  return Object.getPrototypeOf(issue) === issuePrototype
    ? issue
    : Object.freeze(Object.assign(Object.create(issuePrototype), issue));
}

/** The same for a list of issues. */
export function toIssues(issues: readonly Issue[]): readonly Issue[] {
  return Object.freeze(issues.map(toIssue));
}

/** How many issues one reload reports before the rest is only counted. */
export const ISSUE_LIMIT = 100;

/**
 * Cuts a list of issues to {@linkcode ISSUE_LIMIT} and says how many were left out.
 *
 * @param total how many there are in all, when the list holds only the first of them; `Infinity` when more
 *   were not looked for
 */
export function limitIssues(
  issues: readonly Issue[],
  total: number = issues.length,
): readonly Issue[] {
  const left = total - ISSUE_LIMIT;
  const [first] = issues;
  if (left <= 0 || first === undefined) return toIssues(issues);
  const severity = issues.some((issue) => issue.severity === "error") ? "error" : "warning";
  const message = left === Infinity
    ? `After ${ISSUE_LIMIT} errors nothing more is looked for`
    : `And ${left} more ${left === 1 ? "issue" : "issues"}`;
  return toIssues([
    ...issues.slice(0, ISSUE_LIMIT),
    { code: "more-issues", severity, message, path: first.path },
  ]);
}

/**
 * Writes an issue as compilers do: `path:line:column severity code: message`, then the frame, which shows
 * lines of the file. `String(issue)` is the same without the frame.
 *
 * It is safe to print: control characters in it, be it in the name of the file, become U+FFFD.
 *
 * @example
 * ```ts
 * import { formatIssue } from "@agent-registry/rx";
 *
 * const text = formatIssue({
 *   code: "missing-field",
 *   severity: "error",
 *   message: 'Missing required field "owner"',
 *   path: "agents.yaml",
 *   line: 3,
 *   column: 3,
 * });
 * console.assert(text === 'agents.yaml:3:3 error missing-field: Missing required field "owner"');
 * ```
 */
export function formatIssue(issue: Issue): string {
  const frame = issue.frame?.split("\n").map(printable) ?? [];
  return [headOf(issue), ...frame].join("\n");
}

function headOf(issue: Issue): string {
  return `${placeOf(issue)} ${issue.severity} ${issue.code}: ${printable(issue.message)}`;
}

/** `path:line:column`, as far as it is known, safe to print. */
export function placeOf({ path, line, column = 1 }: Issue): string {
  return printable(line === undefined ? path : `${path}:${line}:${column}`);
}

/** One line, safe to print, that stands for a list of issues: the first, and how many more. */
export function summarizeIssues(issues: readonly Issue[]): string {
  const [first, ...rest] = issues;
  if (first === undefined) return "no issues";
  const more = rest.length === 0
    ? ""
    : ` (and ${rest.length} more ${rest.length === 1 ? "issue" : "issues"})`;
  return `${placeOf(first)} ${printable(first.message)}${more}`;
}

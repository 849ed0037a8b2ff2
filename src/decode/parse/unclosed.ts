import { EVENT_ID, SCALAR_STYLE } from "js-yaml";
import type * as Yaml from "yaml";
import { error, type Finding } from "../report/finding.ts";
import { parseYamlEvents, type RefusedText } from "../tree/yaml-events.ts";

/** What opens a value, what closes it, and what it is called. */
const CLOSED_BY: Readonly<Record<string, readonly [closer: string, type: string, named: string]>> =
  {
    '"': ['"', "text", "a double quote"],
    "'": ["'", "text", "a single quote"],
    "[": ["]", "list", '"]"'],
    "{": ["}", "map", '"}"'],
  };

/**
 * The finding of a quote or bracket that nothing closes. It is reported where it opens: a parser notices it
 * at the next thing that does not fit, or at the end of the file.
 */
export function unclosed(
  code: "yaml-syntax" | "json-syntax",
  text: string,
  start: number,
): Finding {
  const [, type, named] = CLOSED_BY[text[start]!]!;
  return error(code, start, `This ${type} is never closed: end it with ${named}`);
}

/** Where what opens that the `yaml` library says is not closed at an offset; undefined for other errors. */
export function unclosedNode(
  yaml: typeof Yaml,
  document: Yaml.Document.Parsed,
  text: string,
  { code, pos: [offset] }: Yaml.YAMLError,
): number | undefined {
  if (code !== "MISSING_CHAR" && code !== "BAD_INDENT") return undefined;
  const open: number[] = [];
  yaml.visit(document, {
    Node(_key, { range }) {
      if (range?.[1] === offset && text[range[0]]! in CLOSED_BY) open.push(range[0]);
    },
  });
  const isClosed = (start: number): boolean =>
    offset > start + 1 && text[offset - 1] === CLOSED_BY[text[start]!]![0];
  return open.findLast((start) => !isClosed(start)) ?? open[0];
}

/** Where what opens that js-yaml misses the end of: the text before is parsed with an end put to it. */
export function unclosedBefore(
  text: string,
  { offset, reason }: RefusedText,
): number | undefined {
  if (!/within a|deficient indentation/.test(reason)) return undefined;
  const before = text.slice(0, offset).trimEnd();
  for (const [opener, [closer]] of Object.entries(CLOSED_BY)) {
    const parsed = parseYamlEvents(before + closer);
    if (parsed.type === "refused") continue;
    const { events, ends } = parsed;
    for (let at = 0; at < events.length; at++) {
      const event = events[at]!;
      const isText = event.type === EVENT_ID.SCALAR && event.valueEnd === before.length &&
        event.style !== SCALAR_STYLE.PLAIN;
      if (isText && before[event.valueStart - 1] === opener) return event.valueStart - 1;
      const isFlow = (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) &&
        before[event.start] === opener;
      if (!isFlow) continue;
      // What is in it is closed. When nothing but ends follows, it is what was closed here.
      at = ends[at]! - 1;
      if (events.slice(at).every(({ type }) => type === EVENT_ID.POP)) return event.start;
    }
  }
  return undefined;
}

import { type Event, EVENT_ID, SCALAR_STYLE } from "js-yaml";
import { type ParseError, printParseErrorCode, visit } from "jsonc-parser";
import { error, type Finding } from "../report/finding.ts";
import { MAX_DEPTH } from "../tree/inspect-tree.ts";
import { indexed, type ParsedEvents } from "../tree/yaml-events.ts";
import { unclosed } from "./unclosed.ts";

/** A JSON text as events, or why it is none. */
export type ParsedJson =
  | { readonly parsed: ParsedEvents; readonly findings: readonly Finding[] }
  | { readonly parsed?: never; readonly findings: readonly Finding[] };

/** Thrown inside of this module only: the parser recurses, and would come to the end of the stack. */
class TooDeep extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super();
    this.offset = offset;
  }
}

/**
 * Parses JSON (RFC 8259) with comments and trailing commas into the events that a YAML parser gives:
 * JSON is YAML, and so what is made of the events stands once.
 *
 * @param isStrict whether comments and trailing commas are worth a warning
 */
export function parseJson(text: string, isStrict: boolean): ParsedJson {
  const events: Event[] = [{
    type: EVENT_ID.DOCUMENT,
    explicitStart: false,
    explicitEnd: false,
    directives: [],
  }];
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  /** Where the objects and arrays start that are open. */
  const open: number[] = [];
  /** Where the one starts that ended last. */
  let ended = 0;
  let comma: number | undefined;
  const warn = (offset: number, message: string): void => {
    const finding = { ...error("json-extension", offset, message), severity: "warning" } as const;
    if (isStrict && warnings.length === 0) warnings.push(finding);
  };
  const begin = (type: typeof EVENT_ID.MAPPING | typeof EVENT_ID.SEQUENCE, start: number): void => {
    if (open.push(start) > MAX_DEPTH) throw new TooDeep(start);
    comma = undefined;
    events.push({ type, start, ...NO_PROPERTIES, style: 2 });
  };
  const end = (): void => {
    ended = open.pop() ?? 0;
    if (comma !== undefined) {
      warn(comma, "JSON has no trailing commas: some programs will refuse this file");
    }
    comma = undefined;
    events.push({ type: EVENT_ID.POP });
  };
  const scalar = (start: number, length: number): void => {
    comma = undefined;
    const isText = text.charCodeAt(start) === QUOTE;
    const [valueStart, valueEnd] = isText
      ? [start + 1, start + length - 1]
      : [start, start + length];
    events.push({
      type: EVENT_ID.SCALAR,
      valueStart,
      valueEnd,
      ...NO_PROPERTIES,
      style: isText ? SCALAR_STYLE.DOUBLE_QUOTED : SCALAR_STYLE.PLAIN,
      chomping: 1,
      indent: -1,
      fast: !isText || !hasEscape(text, valueStart, valueEnd),
    });
  };
  try {
    visit(text, {
      onObjectBegin: (offset) => begin(EVENT_ID.MAPPING, offset),
      onArrayBegin: (offset) => begin(EVENT_ID.SEQUENCE, offset),
      onObjectEnd: end,
      onArrayEnd: end,
      onObjectProperty: (_name, offset, length) => scalar(offset, length),
      onLiteralValue: (_value, offset, length) => scalar(offset, length),
      onSeparator: (character, offset) => comma = character === "," ? offset : undefined,
      onComment: (offset) =>
        warn(offset, "JSON has no comments: some programs will refuse this file"),
      onError: (code, offset, length) => {
        // What follows the first one is mostly what it has brought about.
        if (errors.length === 0) errors.push(syntaxError(code, offset, length, text, ended));
      },
    }, { allowTrailingComma: true, allowEmptyContent: true });
  } catch (problem) {
    if (!(problem instanceof TooDeep)) throw problem;
    const message = `Collections are nested more than ${MAX_DEPTH} levels deep`;
    return { findings: [error("too-deep", problem.offset, message)] };
  }
  if (errors.length > 0) return { findings: errors };
  events.push({ type: EVENT_ID.POP });
  return { parsed: indexed(text, events), findings: warnings };
}

const NO_PROPERTIES = { anchorStart: -1, anchorEnd: -1, tagStart: -1, tagEnd: -1 } as const;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];

function hasEscape(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === BACKSLASH) return true;
  return false;
}

function syntaxError(
  code: ParseError["error"],
  offset: number,
  length: number,
  text: string,
  ended: number,
): Finding {
  const found = text.slice(offset, offset + length);
  const what = found === "" ? "the end of the file" : JSON.stringify(found.slice(0, 20));
  // By name: the codes are a const enum.
  const name = printParseErrorCode(code);
  // Said at the end of the file only.
  if (name === "CloseBraceExpected" || name === "CloseBracketExpected") {
    return unclosed("json-syntax", text, ended);
  }
  const expected = EXPECTED[name];
  const message = expected === undefined
    ? MESSAGES[name] ?? `The text is not JSON: ${name}`
    : `Expected ${expected}, found ${what}`;
  return error("json-syntax", offset, message);
}

const EXPECTED: Readonly<Record<string, string>> = {
  InvalidSymbol: "a value, or a key in double quotes",
  PropertyNameExpected: "a key in double quotes",
  ValueExpected: "a value",
  ColonExpected: '":"',
  CommaExpected: '","',
  EndOfFileExpected: "the end of the document",
};

const MESSAGES: Readonly<Record<string, string>> = {
  UnexpectedEndOfString: "This text is never closed: end it with a double quote",
  InvalidEscapeCharacter: "A backslash in this text starts no escape sequence",
  InvalidCharacter: "Expected no line break or control character in a text",
};

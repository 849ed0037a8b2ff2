import { quote } from "../../text/quote.ts";
import { error, type Finding } from "./finding.ts";

/** What YAML takes a text without quotes for, by its first character. */
const TAKEN_FOR: Readonly<Record<string, string>> = {
  "{": "a map",
  "[": "a list",
  "*": "an alias",
  "&": "an anchor",
};

/** An error of the `yaml` library. */
interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [start: number, end: number];
}

/** What an error of the `yaml` library says, where that is, and what to do about it. */
export function yamlError({ code, message, pos }: YamlError, text: string): Finding {
  if (code === "RESOURCE_EXHAUSTION") {
    return error("too-deep", pos[0], "Collections are nested too deeply to be parsed");
  }
  const at = contentAt(pos[0], text);
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const mark = lineAt(start, text).indexOf("\ufeff", start === 0 ? 1 : 0);
  if (mark !== -1) {
    return error("yaml-syntax", start + mark, "A byte order mark, U+FEFF, stands here: remove it");
  }
  const [place, advice] = adviceOn(code, message, at, text.slice(start, at));
  return error("yaml-syntax", place, advice);
}

/** The place of an error, and its message with what to do about it. */
function adviceOn(
  code: string,
  message: string,
  at: number,
  before: string,
): readonly [place: number, message: string] {
  if (code === "BAD_SCALAR_START") {
    const [character = ""] = /.$/.exec(message) ?? [];
    return [at, `A text that starts with ${quote(character)} must be in quotes`];
  }
  if (code === "BLOCK_AS_IMPLICIT_KEY") {
    return [at, `${message}: end the key above with ":", or put a text that holds ": " in quotes`];
  }
  if (!message.endsWith("at node end")) return [at, message];
  if (/^ *\t/.test(before)) {
    return [at, "Tabs cannot indent in YAML: use spaces, as the lines around it do"];
  }
  if (before.trim() === "") {
    return [at, "This line belongs to nothing above: indent it like the lines that it belongs to"];
  }
  const value = /(?:^[ \t]*|[:?-][ \t]+)([[{*&"'])/.exec(before);
  if (value === null) return [at, message];
  const [all, first = ""] = value;
  const taken = TAKEN_FOR[first];
  const why = taken === undefined
    ? "A text that goes on behind its closing quote must be in quotes as a whole"
    : `A text that starts with ${quote(first)} must be in quotes: YAML takes it for ${taken}`;
  return [at - before.length + value.index + all.length - 1, why];
}

/** The first character at or behind a place, when that is a blank line or a comment. */
function contentAt(offset: number, text: string): number {
  if (offset > 0 && text[offset - 1] !== "\n") return offset;
  const blank = /(?:[ \t]*(?:#.*)?\r?\n)* *(?=\S)/y;
  blank.lastIndex = offset;
  return blank.test(text) ? blank.lastIndex : offset;
}

function lineAt(start: number, text: string): string {
  const end = text.indexOf("\n", start);
  return text.slice(start, end === -1 ? undefined : end);
}

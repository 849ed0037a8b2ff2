/** Words of the core schema that are no text, in any case: those that it does not know are doubted. */
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const WORD = /^(?:true|false|null)$/i;
/** Integers, and decimals, that a double holds as they are written. */
const NUMBER = /^(?:0|[1-9]\d{0,14}|(?:0|[1-9]\d{0,8})\.\d{1,9})$/;
/** Versions and dates: of digits, and no numbers. */
const DIGITS = /^\d+(?:\.\d+){2,}$|^\d{4}-\d\d-\d\d$/;
/** What might be a number of some kind. */
const NUMERIC = /^[\d.eExXoO_a-fA-F+-]+$/;
const DOUBLE = /^"(?:[^"\\]|\\["\\/bfnrt])*"$/;
const SINGLE = /^'(?:[^']|'')*'$/;
const PLAIN_LIST = /^\[ *[\w./-][\w ./-]*(?:, *[\w./-][\w ./-]*)*\]$/;

const [DOUBLE_QUOTE, SINGLE_QUOTE, BRACKET, BRACE] = [0x22, 0x27, 0x5b, 0x7b];

/** Reads a value that stands on one line: a scalar, or a flow list of plain scalars. */
export function recogniseValue(text: string): unknown {
  const first = text.charCodeAt(0);
  if (first === BRACE) return text === "{}" ? {} : undefined;
  if (first !== BRACKET) return recogniseScalar(text);
  if (text === "[]") return [];
  if (!PLAIN_LIST.test(text)) return undefined;
  const list = text.slice(1, -1).split(",").map((item) => recogniseScalar(item.trim()));
  return list.includes(undefined) ? undefined : list;
}

/** Reads a plain or quoted scalar that is a whole line, in the core schema of YAML 1.2. */
export function recogniseScalar(text: string): string | number | boolean | null | undefined {
  const first = text.charCodeAt(0);
  if (isTextStart(first)) {
    if (text.length < 6 && WORD.test(text)) return WORDS.get(text);
    return endsEarly(text) ? undefined : text;
  }
  if (isDigit(first)) return recogniseDigits(text);
  if (first === DOUBLE_QUOTE) {
    if (!DOUBLE.test(text)) return undefined;
    return text.includes("\\") ? JSON.parse(text) : text.slice(1, -1);
  }
  if (first !== SINGLE_QUOTE || !SINGLE.test(text)) return undefined;
  return text.slice(1, -1).replaceAll("''", "'");
}

function recogniseDigits(text: string): string | number | undefined {
  if (NUMBER.test(text)) return Number(text);
  if (DIGITS.test(text)) return text;
  return NUMERIC.test(text) || endsEarly(text) ? undefined : text;
}

/** Whether something in a line would end a plain scalar before the line does. */
function endsEarly(text: string): boolean {
  // A single character is found much faster than two, and most lines have neither.
  return (text.includes(":") && (text.includes(": ") || text.endsWith(":"))) ||
    (text.includes("#") && text.includes(" #"));
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A letter, or `_`, `/`, `(`, `$`, or any that `recogniseEntry` lets through beyond ASCII. */
function isTextStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f ||
    code === 0x2f || code === 0x28 || code === 0x24 || code > 0x7e;
}

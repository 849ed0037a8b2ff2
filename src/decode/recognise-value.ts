/** Words of the core schema that are no text, in any case: those that it does not know are doubted. */
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const WORD = /^(?:true|false|null)$/i;
const INTEGER = /^(?:0|[1-9]\d{0,14})$/;
const DECIMAL = /^(?:0|[1-9]\d{0,8})\.\d{1,9}$/;
/** Versions and dates: of digits, and no numbers. */
const DIGITS = /^\d+(?:\.\d+){2,}$|^\d{4}-\d\d-\d\d$/;
/** What might be a number of some kind. */
const NUMERIC = /^[\d.eExXoO_a-fA-F+-]+$/;
const DOUBLE = /^"(?:[^"\\]|\\["\\/bfnrt])*"$/;
const SINGLE = /^'(?:[^']|'')*'$/;
const PLAIN_LIST = /^\[ *[\w./-][\w ./-]*(?:, *[\w./-][\w ./-]*)*\]$/;

/** Reads a value that stands on one line: a scalar, or a flow list of plain scalars. */
export function recogniseValue(text: string): unknown {
  if (text === "[]") return [];
  if (text === "{}") return {};
  if (!text.startsWith("[")) return recogniseScalar(text);
  if (!PLAIN_LIST.test(text)) return undefined;
  const list = text.slice(1, -1).split(",").map((item) => recogniseScalar(item.trim()));
  return list.includes(undefined) ? undefined : list;
}

/** Reads a plain or quoted scalar that is a whole line, in the core schema of YAML 1.2. */
export function recogniseScalar(text: string): string | number | boolean | null | undefined {
  const first = text.charCodeAt(0);
  if (isDigit(first)) return recogniseDigits(text);
  if (first === 0x22) return DOUBLE.test(text) ? JSON.parse(text) : undefined;
  if (first === 0x27) {
    return SINGLE.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
  }
  if (text.length < 6 && WORD.test(text)) return WORDS.get(text);
  return isTextStart(first) && !endsEarly(text) ? text : undefined;
}

function recogniseDigits(text: string): string | number | undefined {
  if (INTEGER.test(text) || DECIMAL.test(text)) return Number(text);
  if (DIGITS.test(text)) return text;
  return NUMERIC.test(text) || endsEarly(text) ? undefined : text;
}

/** Whether something in a line would end a plain scalar before the line does. */
function endsEarly(text: string): boolean {
  return text.includes(": ") || text.endsWith(":") || text.includes(" #");
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A letter, or `_`, `/`, `(`, `$`, or any that `recogniseEntry` lets through beyond ASCII. */
function isTextStart(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f ||
    code === 0x2f || code === 0x28 || code === 0x24 || code > 0x7e;
}

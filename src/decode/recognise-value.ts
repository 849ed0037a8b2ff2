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
const TEXT_START = /^[A-Za-z_/($]/;
/** What ends a plain scalar before the line does. */
const TEXT_END = /: |:$| #/;
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
  if (text.startsWith('"')) return DOUBLE.test(text) ? JSON.parse(text) : undefined;
  if (text.startsWith("'")) {
    return SINGLE.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
  }
  if (WORD.test(text)) return WORDS.get(text);
  if (/^\d/.test(text)) {
    if (INTEGER.test(text) || DECIMAL.test(text)) return Number(text);
    if (!DIGITS.test(text) && (NUMERIC.test(text) || TEXT_END.test(text))) return undefined;
    return text;
  }
  return TEXT_START.test(text) && !TEXT_END.test(text) ? text : undefined;
}

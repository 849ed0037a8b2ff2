/** What a plain scalar says in the core schema of YAML 1.2 (chapter 10.3): null, a boolean, a number, or text. */
export function resolvePlain(text: string): string | number | boolean | null {
  switch (text.charCodeAt(0)) {
    case TILDE:
    case LOWER_N:
    case UPPER_N:
      return NULL.test(text) ? null : text;
    case LOWER_T:
    case UPPER_T:
    case LOWER_F:
    case UPPER_F:
      return BOOLEAN.test(text) ? text.length === 4 : text;
    default:
      return mayBeNumber(text.charCodeAt(0)) ? resolveNumber(text) : text === "" ? null : text;
  }
}

/** What a scalar of an explicit tag says, or undefined when the tag and the text do not fit. */
export function resolveTagged(
  tag: string,
  text: string,
): string | number | boolean | null | undefined {
  if (tag === STR) return text;
  const value = resolvePlain(text);
  const isFloat = typeof value === "number" && !INTEGER.test(text) && !BASED.test(text);
  switch (tag) {
    case `${CORE}null`:
      return value === null ? null : undefined;
    case `${CORE}bool`:
      return typeof value === "boolean" ? value : undefined;
    case `${CORE}int`:
      return typeof value === "number" && !isFloat ? value : undefined;
    case `${CORE}float`:
      return isFloat ? value : undefined;
    default:
      return undefined;
  }
}

/**
 * Whether a number is another than the one that is written: a double has 15 to 17 significant digits,
 * and no place for numbers beyond 1.8e308.
 */
export function isInexact(text: string, value: number): boolean {
  if (Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) return !INFINITY.test(text);
  if (text.length <= SAFE_DIGITS) return value === 0 && /^[^eE]*[1-9]/.test(text);
  if (BASED.test(text)) return !Number.isSafeInteger(value) && BigInt(value) !== BigInt(text);
  return significantDigits(text) !== significantDigits(String(value));
}

/** The prefix of the tags of the core schema. */
export const CORE = "tag:yaml.org,2002:";
const STR = `${CORE}str`;

const [TILDE, LOWER_N, UPPER_N] = [0x7e, 0x6e, 0x4e];
const [LOWER_T, UPPER_T, LOWER_F, UPPER_F] = [0x74, 0x54, 0x66, 0x46];
const NULL = /^(?:~|[Nn]ull|NULL)$/;
const BOOLEAN = /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/;
const INTEGER = /^[-+]?\d+$/;
const BASED = /^0(?:o[0-7]+|x[\da-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const INFINITY = /^[-+]?\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;
/** As many digits as every double holds. */
const SAFE_DIGITS = 15;

/** A digit, a sign or a dot. */
function mayBeNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2b || code === 0x2e;
}

function resolveNumber(text: string): string | number {
  if (FLOAT.test(text)) return Number(text);
  if (BASED.test(text)) return Number(text);
  if (INFINITY.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return NAN.test(text) ? NaN : text;
}

/** The digits of a decimal number between its first and its last that is not 0. */
function significantDigits(text: string): string {
  return text.replace(/[eE].*$/, "").replaceAll(/[^\d]/g, "").replace(/^0+|0+$/g, "");
}

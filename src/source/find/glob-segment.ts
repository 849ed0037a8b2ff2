/** What one name on a path must match. */
export type GlobSegment =
  /** `**`: any number of directories. */
  | { readonly type: "any-depth" }
  | { readonly type: "literal"; readonly text: string }
  | {
    readonly type: "pattern";
    readonly tokens: readonly Token[];
    /** Whether it says how the name ends: `*.yaml` does, `*` and `*.*` do not. */
    readonly hasExtension: boolean;
  };

/** A character, an expression that one character must match, or {@linkcode STAR}. */
type Token = string | RegExp;

const STAR = "**";
const TOKEN = /\\(.)|(\*+)|(\?)|(\[[!^]?(?:\\.|[^\\\]])+\])|./gsu;

export function parseSegment(text: string): GlobSegment {
  if (text === "**") return { type: "any-depth" };
  const tokens = [...text.matchAll(TOKEN)].map(toToken);
  if (tokens.every((token) => typeof token === "string" && token !== STAR)) {
    return { type: "literal", text: tokens.join("") };
  }
  const dot = text.lastIndexOf(".");
  return { type: "pattern", tokens, hasExtension: dot > 0 && /^[^*?[]/.test(text.slice(dot + 1)) };
}

/**
 * Whether a name matches, in steps of at most the product of both lengths: after a mismatch only the last
 * star takes one character more. As in a shell, no wildcard matches a leading dot.
 */
export function matchesTokens(tokens: readonly Token[], name: string): boolean {
  if (name.startsWith(".") && tokens[0] !== ".") return false;
  const chars = [...name];
  let next = 0;
  let afterStar = -1;
  let resumeAt = 0;
  for (let at = 0; at < chars.length;) {
    const token = tokens[next];
    if (token === STAR) {
      afterStar = ++next;
      resumeAt = at;
    } else if (token !== undefined && matchesChar(token, chars[at]!)) {
      next++;
      at++;
    } else if (afterStar >= 0) {
      next = afterStar;
      at = ++resumeAt;
    } else return false;
  }
  return tokens.slice(next).every((token) => token === STAR);
}

function matchesChar(token: Token, char: string): boolean {
  return typeof token === "string" ? token === char : token.test(char);
}

function toToken([text, escaped, stars, one, set]: RegExpMatchArray): Token {
  return stars ? STAR : one ? /./su : set ? toCharacterClass(set) : escaped ?? text;
}

function toCharacterClass(set: string): RegExp {
  const source = set.replace(/^\[!/, "[^").replace(
    /\\(.)/gsu,
    (_all, char) => /[\\^\]-]/.test(char) ? `\\${char}` : char,
  );
  try {
    return new RegExp(source, "u");
  } catch {
    // A range that goes backwards matches nothing.
    return /(?!)/;
  }
}

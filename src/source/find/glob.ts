/** What one name on a path must be like, and what comes after it: nothing where the path ends. */
interface GlobStep {
  readonly segment: GlobSegment;
  readonly next: GlobStep | undefined;
}

type GlobSegment =
  | { readonly type: "any-depth" }
  | { readonly type: "literal"; readonly text: string }
  | {
    readonly type: "pattern";
    readonly regExp: RegExp;
    /** Whether it says how the name ends: `*.yaml` does, `*` and `*.*` do not. */
    readonly spelled: boolean;
  };

/** Where in a glob a path has come to. */
export type GlobPlace = ReadonlySet<GlobStep>;

/** What a name means at a place in a glob. */
export interface GlobMatch {
  /** Where a directory of that name leads; empty when nothing below it can match. */
  readonly below: GlobPlace;
  /** How a file of that name is meant, if it is: by its whole name, by its ending, or as any. */
  readonly file: "literal" | "spelled" | "any" | undefined;
}

/** Braces beyond this are a mistake, or an attack on the memory. */
const MAX_ALTERNATIVES = 1_000;

/**
 * Reads a pattern: `*` and `?` within a name, `**` for any number of directories, `[a-z]` and `[!a-z]`,
 * `{a,b}`, and `\` before a character that is meant as it is. As in a shell, no wildcard stands for a
 * leading dot. What it matches is what picomatch matches; there are no negations, ranges in braces,
 * named classes and extended globs.
 *
 * A walk through directories takes one step at a time from here, with {@linkcode stepInto}.
 *
 * @throws {RangeError} if its braces stand for more than 1,000 patterns
 */
export function parseGlob(pattern: string): GlobPlace {
  const place = new Set<GlobStep>();
  for (const alternative of expandBraces(pattern)) {
    const segments = alternative.split("/")
      .filter((name) => name !== "" && name !== ".")
      .map(toSegment);
    // Files are meant, so `a/**` is `a/**/*`.
    if (segments.at(-1)?.type === "any-depth") segments.push(toSegment("*"));
    const first = segments.reduceRight<GlobStep | undefined>(
      (next, segment) => ({ segment, next }),
      undefined,
    );
    if (first !== undefined) place.add(first);
  }
  return closed(place);
}

/** Whether a text is more than the path that it spells. */
export function isGlob(text: string): boolean {
  const [only, ...others] = expandBraces(text);
  return others.length > 0 || only === undefined || only.split("/").some((name) => {
    const segment = toSegment(name);
    return segment.type !== "literal" || segment.text !== name;
  });
}

/**
 * Takes a name, of a file or a directory, at a place in a glob.
 *
 * @param literally whether only those parts of the glob count that spell the name out
 */
export function stepInto(place: GlobPlace, name: string, literally: boolean): GlobMatch {
  const below = new Set<GlobStep>();
  let file: GlobMatch["file"];
  for (const step of place) {
    const { segment, next } = step;
    if (segment.type === "any-depth") {
      if (!literally && !name.startsWith(".")) below.add(step);
    } else if (
      segment.type === "literal" ? segment.text === name : !literally && segment.regExp.test(name)
    ) {
      if (next !== undefined) below.add(next);
      else if (segment.type === "literal") file = "literal";
      else if (file !== "literal") file = segment.spelled ? "spelled" : file ?? "any";
    }
  }
  return { below: closed(below), file };
}

/** The names that can match at a place, when each is spelled out: no directory need be listed then. */
export function literalNames(place: GlobPlace): readonly string[] | undefined {
  const names = new Set<string>();
  for (const { segment } of place) {
    if (segment.type !== "literal") return undefined;
    names.add(segment.text);
  }
  return [...names];
}

/** Whether a file of this name can match, in whatever directory. */
export function fileMatch(place: GlobPlace, name: string): GlobMatch["file"] {
  const ends = new Set<GlobStep>();
  for (let step of place) {
    while (step.next !== undefined) step = step.next;
    ends.add(step);
  }
  return stepInto(ends, name, false).file;
}

/** `**` may stand for no directory at all. */
function closed(place: Set<GlobStep>): GlobPlace {
  // What is added while a set is walked through is walked through as well.
  for (const { segment, next } of place) {
    if (segment.type === "any-depth" && next !== undefined) place.add(next);
  }
  return place;
}

function toSegment(text: string): GlobSegment {
  if (text === "**") return { type: "any-depth" };
  const parts = tokensOf(text);
  if (parts.every(({ type }) => type === "text")) {
    return { type: "literal", text: parts.map(({ text }) => text).join("") };
  }
  const source = parts.map(({ type, text }) => type === "text" ? escaped(text) : text).join("");
  const dot = parts[0]?.type === "text" ? "" : "(?!\\.)";
  const ending = text.slice(text.lastIndexOf(".") + 1);
  const spelled = text.lastIndexOf(".") > 0 && /^[^*?[]/.test(ending);
  return { type: "pattern", regExp: new RegExp(`^${dot}${source}$`, "su"), spelled };
}

interface Token {
  readonly type: "text" | "wild";
  /** A character, or the source of an expression. */
  readonly text: string;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pieces = /\\(?<escaped>.)|(?<stars>\*+)|(?<one>\?)|(?<set>\[[!^]?(?:\\.|[^\\\]])+\])|./gsu;
  for (const { 0: piece, groups = {} } of text.matchAll(pieces)) {
    const { escaped, stars, one, set } = groups;
    if (escaped !== undefined) tokens.push({ type: "text", text: escaped });
    else if (stars !== undefined) tokens.push({ type: "wild", text: ".*" });
    else if (one !== undefined) tokens.push({ type: "wild", text: "." });
    else if (set !== undefined) tokens.push(toClass(set));
    else tokens.push({ type: "text", text: piece });
  }
  return tokens;
}

function toClass(set: string): Token {
  const negated = /^\[[!^]/.test(set);
  const inner = set.slice(negated ? 2 : 1, -1)
    .replace(
      /\\(.)|([[\]^&|~])/gsu,
      (_all, quoted = "", plain = "") => escaped(quoted + plain, "-"),
    );
  const text = `[${negated ? "^" : ""}${inner}]`;
  try {
    new RegExp(text, "u");
    return { type: "wild", text };
  } catch {
    // A range that goes backwards.
    return { type: "wild", text: "(?!)" };
  }
}

function escaped(text: string, also = ""): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/gu, (char) => {
    // A hyphen may be escaped in a class only.
    return char === "-" && also !== "-" ? char : `\\${char}`;
  });
}

function expandBraces(text: string, budget = { left: MAX_ALTERNATIVES }): readonly string[] {
  const found = firstBraces(text);
  if (found === undefined) {
    if (budget.left-- > 0) return [text];
    throw new RangeError(
      `Expected braces for at most ${MAX_ALTERNATIVES} patterns, got more: ${text}`,
    );
  }
  const { head, alternatives, tail } = found;
  return alternatives.flatMap((alternative) =>
    expandBraces(alternative + tail, budget).map((rest) => head + rest)
  );
}

/** The first braces that hold a comma of their own; others are text. */
function firstBraces(text: string) {
  for (let open = 0; open < text.length; open++) {
    if (text[open] === "\\") open++;
    else if (text[open] === "{") {
      const commas: number[] = [];
      for (let at = open + 1, depth = 0; at < text.length; at++) {
        const char = text[at];
        if (char === "\\") at++;
        else if (char === "{") depth++;
        else if (char === "," && depth === 0) commas.push(at);
        else if (char === "}" && depth-- === 0) {
          if (commas.length === 0) break;
          const cuts = [open, ...commas, at];
          const alternatives = cuts.slice(1).map((cut, k) => text.slice(cuts[k]! + 1, cut));
          return { head: text.slice(0, open), alternatives, tail: text.slice(at + 1) };
        }
      }
    }
  }
  return undefined;
}

import { expandBraces } from "./expand-braces.ts";
import { type GlobSegment, matchesTokens, parseSegment } from "./glob-segment.ts";

/** What one name on a path must match, and what comes after it: nothing where the path ends. */
interface GlobStep {
  readonly segment: GlobSegment;
  readonly next: GlobStep | undefined;
}

/** The steps of a glob that may come next on a path. */
export type GlobState = ReadonlySet<GlobStep>;

/** What a name means to a glob. */
export interface GlobMatch {
  /** The state below a directory of that name; empty when nothing below it can match. */
  readonly below: GlobState;
  /** How a file of that name matches, if it does: by its whole name, by its extension, or as any. */
  readonly file: "literal" | "extension" | "any" | undefined;
}

/**
 * Parses globs: `*` and `?` within a name, `**` for any number of directories, `[a-z]` and `[!a-z]`,
 * `{a,b}`, and `\` before a character that is meant as it is. As in a shell, no wildcard matches a
 * leading dot. They match what picomatch matches, without its regular expressions, which take minutes for
 * `*-*-*-*.yaml` and a name of many hyphens. Negations, ranges in braces, named classes and extended
 * globs are not supported.
 *
 * A walk through directories takes one step at a time from here, with {@linkcode advance}.
 *
 * @throws {RangeError} if the braces of one stand for more than 1,000 patterns
 */
export function parseGlobs(...patterns: readonly string[]): GlobState {
  const state = new Set<GlobStep>();
  for (const pattern of patterns.flatMap(expandBraces)) {
    const segments = pattern.split("/")
      .filter((name) => name !== "" && name !== ".")
      .map(parseSegment);
    // Files are meant, so `a/**` is `a/**/*`.
    if (segments.at(-1)?.type === "any-depth") segments.push(parseSegment("*"));
    const first = segments.reduceRight<GlobStep | undefined>(
      (next, segment) => ({ segment, next }),
      undefined,
    );
    if (first !== undefined) state.add(first);
  }
  return withoutDepth(state);
}

/** Whether a text is more than the path that it spells. */
export function isGlob(text: string): boolean {
  return expandBraces(text).some((pattern) =>
    pattern !== text || pattern.split("/").some((name) => {
      const segment = parseSegment(name);
      return segment.type !== "literal" || segment.text !== name;
    })
  );
}

/**
 * Matches a name, of a file or a directory, and gives the state below it.
 *
 * @param literally whether only those parts of the glob count that spell the name out
 */
export function advance(state: GlobState, name: string, literally = false): GlobMatch {
  const below = new Set<GlobStep>();
  let file: GlobMatch["file"];
  for (const step of state) {
    const { segment, next } = step;
    if (segment.type === "any-depth") {
      if (!literally && !name.startsWith(".")) below.add(step);
    } else if (
      segment.type === "literal"
        ? segment.text === name
        : !literally && matchesTokens(segment.tokens, name)
    ) {
      if (next !== undefined) below.add(next);
      else if (segment.type === "literal") file = "literal";
      else if (file !== "literal") file = segment.hasExtension ? "extension" : file ?? "any";
    }
  }
  return { below: withoutDepth(below), file };
}

/** The names that can match, when each is spelled out: no directory need be listed then. */
export function literalNames(state: GlobState): readonly string[] | undefined {
  const names = new Set<string>();
  for (const { segment } of state) {
    if (segment.type !== "literal") return undefined;
    names.add(segment.text);
  }
  return [...names];
}

/** How a file of this name matches, in whatever directory. */
export function matchFileName(state: GlobState, name: string): GlobMatch["file"] {
  const last = new Set<GlobStep>();
  for (let step of state) {
    while (step.next !== undefined) step = step.next;
    last.add(step);
  }
  return advance(last, name).file;
}

/** Adds what follows a `**`, which may stand for no directory at all. */
function withoutDepth(state: Set<GlobStep>): GlobState {
  // What is added while a set is iterated is iterated as well.
  for (const { segment, next } of state) {
    if (segment.type === "any-depth" && next !== undefined) state.add(next);
  }
  return state;
}

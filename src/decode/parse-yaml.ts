import { Composer, type CST, type Document, Parser, YAMLParseError } from "yaml";

/** A parsed document, with the errors and warnings that the parser has for it. */
export type ParsedYaml = Document.Parsed;

/**
 * After so many errors the parser gives up. Each costs about a kilobyte, and a file of junk has one a
 * character: the memory would run out before anybody could be told.
 */
const MAX_ERRORS = 10_000;

/**
 * Parses a text as YAML 1.2: one document or, when `several` may be there, all of them. What is wrong is
 * among their `errors`.
 */
export function parseYaml(text: string, several: boolean): readonly [ParsedYaml, ...ParsedYaml[]] {
  const composer = new Composer({
    // Also for a file that says `%YAML 1.1`, and for `!!set`, `!!binary`, `!!timestamp`: all data is
    // plain data, and "no" is text.
    schema: "core",
    resolveKnownTags: false,
    merge: true,
    prettyErrors: false,
    // Quadratic; duplicateKeys needs one pass.
    uniqueKeys: false,
    logLevel: "error",
  });
  const parsed: ParsedYaml[] = [];
  const tokens = untilHopeless(new Parser().parse(text));
  for (const document of composer.compose(tokens, true, text.length)) {
    const [first] = parsed;
    if (several || first === undefined) parsed.push(document as ParsedYaml);
    else {
      const { range: [start, end] } = document as ParsedYaml;
      first.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", "A second document"));
      break;
    }
  }
  const [first, ...rest] = parsed;
  if (first === undefined) throw new Error("The composer made no document, though it was told to");
  return [first, ...rest];
}

function* untilHopeless(tokens: Iterable<CST.Token>): Generator<CST.Token, void> {
  let errors = 0;
  for (const token of tokens) {
    yield token;
    if (token.type === "error" && ++errors === MAX_ERRORS) return;
  }
}

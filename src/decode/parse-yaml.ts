import { Composer, type CST, type Document, Parser, YAMLParseError } from "yaml";

/** A parsed document, with the errors and warnings that the parser has for it. */
export type ParsedYaml = Document.Parsed;

/**
 * After so many errors the parser gives up. Each costs about a kilobyte, and a file of junk has one a
 * character: the memory would run out before anybody could be told.
 */
const MAX_ERRORS = 10_000;

/** Parses a text as one YAML 1.2 document. What is wrong is among its `errors`. */
export function parseYaml(text: string): ParsedYaml {
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
  let parsed: ParsedYaml | undefined;
  const tokens = untilHopeless(new Parser().parse(text));
  for (const document of composer.compose(tokens, true, text.length)) {
    if (parsed === undefined) parsed = document as ParsedYaml;
    else {
      const { range: [start, end] } = document as ParsedYaml;
      parsed.errors.push(new YAMLParseError([start, end], "MULTIPLE_DOCS", "A second document"));
      break;
    }
  }
  if (parsed === undefined) throw new Error("The composer made no document, though it was told to");
  return parsed;
}

function* untilHopeless(tokens: Iterable<CST.Token>): Generator<CST.Token, void> {
  let errors = 0;
  for (const token of tokens) {
    yield token;
    if (token.type === "error" && ++errors === MAX_ERRORS) return;
  }
}

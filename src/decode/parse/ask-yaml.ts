import type * as Yaml from "yaml";
import { error, type Finding } from "../report/finding.ts";
import { eventDocument } from "./event-document.ts";
import { type ParsedDocument, unparsed } from "./parsed-document.ts";
import { unclosed, unclosedNode } from "./unclosed.ts";
import { yamlError } from "../report/yaml-error.ts";
import { yamlLibraryEvents } from "./yaml-library-events.ts";

/**
 * After so many errors the parser gives up. Each costs about a kilobyte, and a file of junk has one a
 * character: the memory would run out before anybody could be told.
 */
const MAX_ERRORS = 1_000;

/**
 * What the `yaml` library says of a text that js-yaml refuses. It takes ten times as long, but reports several
 * errors in good words, each with its place, and takes some texts that are not quite right.
 *
 * @param isOne whether the text may be one document only
 */
export function askYaml(
  yaml: typeof Yaml,
  text: string,
  isOne: boolean,
): readonly ParsedDocument[] {
  const composer = new yaml.Composer({
    // All data is plain data: also for `%YAML 1.1`, `!!set`, `!!binary`, `!!timestamp`.
    schema: "core",
    resolveKnownTags: false,
    merge: true,
    prettyErrors: false,
    // Quadratic.
    uniqueKeys: false,
    logLevel: "error",
  });
  const documents: Yaml.Document.Parsed[] = [];
  const tokens = stopAfterMaxErrors(new yaml.Parser().parse(text));
  for (const document of composer.compose(tokens, true, text.length)) {
    const [first] = documents;
    if (isOne && first !== undefined && !isEmpty(document)) {
      return [unparsed(severalDocuments(document.range?.[0] ?? 0))];
    }
    documents.push(document as Yaml.Document.Parsed);
  }
  return documents.map((document) => toParsed(yaml, document, text));
}

/** The error of a second document where one is expected. */
export function severalDocuments(offset: number): Finding {
  return error(
    "several-documents",
    offset,
    'A second document starts here: remove the "---" between them, or say by the option ' +
      '"documents" which ones hold agents',
  );
}

function isEmpty({ contents, errors }: Yaml.Document): boolean {
  const value = (contents as { value?: unknown } | null)?.value;
  return errors.length === 0 && (contents === null || value === null);
}

function toParsed(
  yaml: typeof Yaml,
  document: Yaml.Document.Parsed,
  text: string,
): ParsedDocument {
  // Where the document ended too early, each token that follows is an error, too.
  const errors = document.errors.filter(({ message }, at) =>
    at === 0 || !message.includes("in YAML stream")
  );
  if (errors.length > 0) {
    const findings: Finding[] = [];
    for (const one of errors) {
      const start = unclosedNode(yaml, document, text, one);
      // What follows it is mostly what it has brought about.
      if (start !== undefined) {
        const before = findings.filter(({ offset }) => offset < start);
        return unparsed(...before, unclosed("yaml-syntax", text, start));
      }
      findings.push(yamlError(one, text));
    }
    return unparsed(...findings);
  }
  return eventDocument(yamlLibraryEvents(yaml, document, text), 0);
}

function* stopAfterMaxErrors(tokens: Iterable<Yaml.CST.Token>): Generator<Yaml.CST.Token, void> {
  let errors = 0;
  for (const token of tokens) {
    yield token;
    if (token.type === "error" && ++errors === MAX_ERRORS) return;
  }
}

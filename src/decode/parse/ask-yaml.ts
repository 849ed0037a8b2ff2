import type * as Yaml from "yaml";
import { error, type Finding } from "../report/finding.ts";
import { type ParsedDocument, unparsed } from "./parsed-document.ts";
import { YamlLibraryTree } from "./yaml-library-tree.ts";

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
  return documents.map((document) => toParsed(yaml, document));
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

function toParsed(yaml: typeof Yaml, document: Yaml.Document.Parsed): ParsedDocument {
  if (document.errors.length > 0) return unparsed(...document.errors.map(toFinding));
  const tree = new YamlLibraryTree(yaml);
  const root = tree.nodeOf(document.contents, 0, 0);
  return tree.fatal.length > 0
    ? unparsed(...tree.fatal)
    : { root, findings: [], keyFindings: tree.keyFindings };
}

function toFinding({ code, message, pos: [offset] }: Yaml.YAMLError): Finding {
  switch (code) {
    case "RESOURCE_EXHAUSTION":
      return error("too-deep", offset, "Collections are nested too deeply to be parsed");
    case "BLOCK_AS_IMPLICIT_KEY":
      return error(
        "yaml-syntax",
        offset,
        `${message}: end the key above with ":", or put a text that holds ": " in quotes`,
      );
    default:
      return error("yaml-syntax", offset, message);
  }
}

function* stopAfterMaxErrors(tokens: Iterable<Yaml.CST.Token>): Generator<Yaml.CST.Token, void> {
  let errors = 0;
  for (const token of tokens) {
    yield token;
    if (token.type === "error" && ++errors === MAX_ERRORS) return;
  }
}

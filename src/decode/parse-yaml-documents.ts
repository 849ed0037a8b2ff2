import { isMap, type Node, Pair, Scalar, type YAMLError } from "yaml";
import { error, type Finding } from "./report/finding.ts";
import { inspectYaml } from "./inspect-yaml.ts";
import { type ParsedDocument, unparsed } from "./parsed-document.ts";
import { type ParsedYaml, parseYaml } from "./parse-yaml.ts";
import { YamlTree } from "./yaml-tree.ts";

/** A field that is added to a document beside those that its text says. */
export interface AddedField {
  readonly key: string;
  readonly text: string;
  /** Where its text stands. */
  readonly offset: number;
}

/** Parses the documents of a YAML text; only one is allowed unless `several` are. */
export function parseYamlDocuments(text: string, several = false): readonly ParsedDocument[] {
  const all = parseYaml(text, several).map((document) => treeOf(text, document));
  // What stands before the first `---` is mostly a comment.
  const some = several
    ? all.filter(({ tree, findings }) => tree?.root.kind !== "nothing" || findings.length > 0)
    : all;
  return some.length === 0 ? all.slice(0, 1) : some;
}

/** Parses a text that is one document, and gives it a field more. */
export function parseYamlWith(text: string, field: AddedField | undefined): ParsedDocument {
  const [document] = parseYaml(text, false);
  if (field !== undefined && isMap(document.contents) && document.errors.length === 0) {
    const [key, value] = [new Scalar(field.key), new Scalar(field.text)];
    key.range = [field.offset, field.offset, field.offset];
    value.range = key.range;
    document.contents.items.push(new Pair(key, value) as (typeof document.contents.items)[number]);
  }
  return treeOf(text, document);
}

function treeOf(text: string, document: ParsedYaml): ParsedDocument {
  const warnings = document.warnings.map((warning) => findingOf(warning, "warning"));
  if (document.errors.length > 0) {
    const errors = document.errors.map((problem) => findingOf(problem, "error"));
    return unparsed(...warnings, ...errors);
  }
  const root: Node | null = document.contents;
  const inspected = inspectYaml(root);
  if (inspected.findings.length > 0) return unparsed(...warnings, ...inspected.findings);
  return { tree: new YamlTree(text, root, inspected), findings: warnings };
}

function findingOf(problem: YAMLError, severity: Finding["severity"]): Finding {
  const [offset] = problem.pos;
  switch (problem.code) {
    case "RESOURCE_EXHAUSTION":
      return error("too-deep", offset, "Collections are nested too deeply to be parsed");
    case "MULTIPLE_DOCS": {
      const message = 'A second document starts here: remove the "---" between them, or say by ' +
        'the option "documents" which ones hold agents';
      return error("several-documents", offset, message);
    }
    case "BLOCK_AS_IMPLICIT_KEY": {
      const message =
        `${problem.message}: end the key above with ":", or put a text that holds ": " in quotes`;
      return { code: "yaml-syntax", severity, message, offset };
    }
    default:
      return { code: "yaml-syntax", severity, message: problem.message, offset };
  }
}

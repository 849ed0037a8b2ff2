import { runToCompletion } from "../model/run-to-completion.ts";
import { layoutBelow } from "./layout.ts";
import { parseYamlDocuments } from "./parse-yaml-documents.ts";
import { noEntries, takeEntries, type TakenEntries } from "./extract/take-entries.ts";

/** The entries of a YAML text, what is around them, and where everything stands. */
export type DecodedYaml = TakenEntries;

/** Decodes a YAML text of one document whose agents stand below a key, or are the whole document. */
export function decodeYaml(text: string, key: string | undefined): DecodedYaml {
  const [document] = parseYamlDocuments(text);
  const { tree, findings = [] } = document ?? {};
  if (tree === undefined) return noEntries(findings);
  const taken = runToCompletion(takeEntries({ tree, path: "", single: false }, layoutBelow(key)));
  return { ...taken, findings: [...findings, ...taken.findings] };
}

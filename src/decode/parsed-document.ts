import type { DocumentTree } from "./document-tree.ts";
import type { Finding } from "./report/finding.ts";

/** One document of a file, or why it is none. */
export interface ParsedDocument {
  /** Undefined when the findings say why. */
  readonly tree: DocumentTree | undefined;
  readonly findings: readonly Finding[];
  /** Whether it is one agent, whatever the layout says. */
  readonly single?: boolean;
}

/** A document that could not be parsed. */
export function unparsed(...findings: readonly Finding[]): ParsedDocument {
  return { tree: undefined, findings };
}

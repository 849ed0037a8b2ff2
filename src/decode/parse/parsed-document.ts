import type { Finding } from "../report/finding.ts";
import type { Anchors, KeyFinding } from "../tree/inspect-tree.ts";
import { PlainNode } from "../tree/plain-tree.ts";
import type { TreeNode } from "../tree/tree.ts";

/** One document of a file, or why it is none. */
export interface ParsedDocument {
  /** Undefined when the findings say why. */
  readonly root: TreeNode | undefined;
  readonly findings: readonly Finding[];
  /** What is wrong with keys, and in which map: of maps whose keys are ids it is told in other words. */
  readonly keyFindings: readonly KeyFinding[];
  /** Whether it is one agent, whatever the layout says. */
  readonly isSingle?: boolean;
  /** Whether it is a text without agents, such as Markdown without front matter. */
  readonly isWithoutAgents?: boolean;
  /** Whether it could be parsed, though no values can be made of it. */
  readonly isWellFormed?: boolean;
  /** The anchors that it declares. */
  readonly anchors?: Anchors;
  /** Whether it declares one of them twice. */
  readonly hasRepeatedAnchor?: boolean;
}

/** Parsing that can pause, and that waits for what it yields when that is a Promise. */
export type ParseSteps<R> = Generator<Promise<unknown> | undefined, R, unknown>;

/** A document that could not be parsed. */
export function unparsed(...findings: readonly Finding[]): ParsedDocument {
  return { root: undefined, findings, keyFindings: [] };
}

/** A document that says nothing. */
export function emptyDocument(): ParsedDocument {
  return { root: PlainNode.scalar(null, 0), findings: [], keyFindings: [] };
}

import { fieldOf } from "../../model/agent/agent-filter.ts";
import { sameValue } from "../../model/value/same-value.ts";
import { type ExtractOptions, fieldsOf, type Member } from "../extract/extract-members.ts";
import type { EventTree } from "../tree/event-tree.ts";
import { type Anchors, type Inspection, inspectTree } from "../tree/inspect-tree.ts";
import { unshareStrings } from "../../model/value/unshare-strings.ts";
import type { Finding } from "../report/finding.ts";
import type { AgentValidator } from "../validate/agent-validator.ts";
import type { References } from "../validate/cross-check.ts";
import { toAgent } from "../validate/to-agent.ts";
import type { IssueBudget } from "./issue-budget.ts";
import type { Stretch } from "./region.ts";
import type { Segment } from "./segment.ts";

/** What entries are read by. */
export interface SegmentContext extends ExtractOptions {
  readonly validator: AgentValidator;
  readonly references: References;
  /** The anchors that stand before the region. */
  readonly outer: Anchors;
  /** How many collections its entries stand in. */
  readonly depth: number;
  /**
   * Keys that would make the region one agent: where ids are fields, a map that has such a field itself is an
   * agent, and no map of them.
   */
  readonly agentKeys: ReadonlySet<string> | undefined;
  /** The agents that are in service: one that says the same stays the same object. */
  readonly served: ReadonlyMap<string, unknown>;
  readonly budget: IssueBudget;
}

/** Where a member was read from: events, or the text that another parser has read. */
type Source =
  & {
    readonly stretch: Stretch;
    /** Where the stretch starts and ends in the text. */
    readonly start: number;
    readonly end: number;
  }
  & (
    | {
      readonly tree: EventTree;
      readonly index: number;
      /** What was seen in it, if it was inspected. */
      readonly inspected: Inspection | undefined;
      readonly text?: never;
      readonly findings?: never;
    }
    | {
      readonly text: string;
      readonly findings: readonly Finding[];
      readonly tree?: never;
      readonly inspected?: never;
      readonly index?: never;
    }
  );

const NONE: readonly never[] = Object.freeze([]);

/**
 * Makes a segment of an entry that has a stretch of its own. Gives undefined for what only the whole document
 * can tell: aliases to other entries, collections that are nested too deeply, what makes the region one agent.
 */
export function readMember<A extends object>(
  member: Member,
  context: SegmentContext,
  source: Source,
): Segment<A> | undefined {
  const { stretch, start, end, tree } = source;
  if (context.agentKeys !== undefined && member.key !== undefined) {
    if (context.agentKeys.has(member.key) || member.node.type !== "map") return undefined;
  }
  if (tree !== undefined) tree.isDoubtful = false;
  const { agent, findings } = makeAgent<A>(member, fieldsOf, context);
  // Of what has no id no value is made, which would tell whether something is odd.
  const isOdd = tree !== undefined && (tree.isDoubtful || member.id === undefined);
  const inspected = source.inspected ??
    (isOdd ? inspectTree(tree, source.index, context.depth, context.outer) : undefined);
  if (inspected !== undefined && !isIndependent(inspected, context.outer)) return undefined;
  const own = [
    ...source.findings ?? [],
    ...inspected?.keyFindings.map(({ finding }) => finding) ?? [],
    ...inspected?.findings ?? [],
    ...findings,
  ];
  const text = source.tree === undefined ? source.text : source.tree.text;
  const { line, column } = placeOf(text, start, member.offset);
  return {
    id: member.id,
    key: member.key,
    agent,
    findings: own.length === 0 ? NONE : inOrder(own, start),
    names: agent === undefined ? NONE : namesOf(agent, context.references),
    bytes: stretch.end - stretch.start,
    lines: stretch.lines,
    offset: member.offset - start,
    line,
    column,
    tail: end - Math.max(start, text.lastIndexOf("\n", end - 1) + 1),
    isLinked: inspected !== undefined && (inspected.aliased > 0 || inspected.anchors.size > 0),
  };
}

/**
 * Makes a segment of an entry that has no stretch of its own.
 *
 * @param start where the text starts that its offsets are to count in
 */
export function readWholeMember<A extends object>(
  member: Member,
  context: Pick<SegmentContext, "validator" | "references" | "served" | "budget">,
  start: number,
  { line, column }: { readonly line: number; readonly column: number },
): Segment<A> {
  // What is cut out of a text holds on to all of it.
  const valueOf = (one: Member): unknown => unshareStrings(fieldsOf(one));
  const { agent, findings } = makeAgent<A>(member, valueOf, context);
  return {
    id: member.id === undefined ? undefined : unshareStrings(member.id),
    key: member.key === undefined ? undefined : unshareStrings(member.key),
    agent,
    findings: findings.length === 0 ? NONE : inOrder(findings, start),
    names: agent === undefined ? NONE : namesOf(agent, context.references),
    bytes: 0,
    lines: 0,
    offset: member.offset - start,
    line: line - 1,
    column,
    tail: 0,
    isLinked: false,
  };
}

/** Whether a text has neither anchors nor aliases, as far as can be told without parsing it. */
export function isUnlinked(text: string): boolean {
  return !/[&*!]/.test(text);
}

function makeAgent<A extends object>(
  member: Member,
  valueOf: (member: Member) => unknown,
  { validator, served, budget }: Pick<SegmentContext, "validator" | "served" | "budget">,
): { readonly agent: A | undefined; readonly findings: readonly Finding[] } {
  const { finding } = member;
  budget.note(member.id);
  if (!hasId(member)) {
    return { agent: undefined, findings: finding === undefined ? [] : [finding] };
  }
  const isBrief = budget.left <= 0;
  const { agent, findings } = toAgent<A>(member, valueOf(member), validator, isBrief);
  if (agent === undefined) budget.left -= findings.length;
  return {
    agent: agent && keptAgent(agent, served.get(member.id) as A | undefined),
    findings: finding === undefined ? findings : [finding, ...findings],
  };
}

function hasId(member: Member): member is Member & { readonly id: string } {
  return member.id !== undefined;
}

/** The agent that is served, when it says the same. */
export function keptAgent<A>(agent: A, served: A | undefined): A {
  return served !== undefined && served !== agent && sameValue(served, agent) ? served : agent;
}

/** Whether an entry means the same wherever it stands, and so do others that are beside it. */
function isIndependent({ fatal, anchors }: Inspection, outer: Anchors): boolean {
  return fatal.length === 0 && ![...anchors.keys()].some((name) => outer.has(name));
}

function inOrder(findings: readonly Finding[], start: number): readonly Finding[] {
  return findings
    .map((finding) => ({
      ...finding,
      offset: finding.offset - start,
      ...(typeof finding.first === "number" ? { first: finding.first - start } : {}),
    }))
    .sort((a, b) => a.offset - b.offset);
}

function placeOf(text: string, start: number, offset: number): { line: number; column: number } {
  let line = 0;
  let lineStart = start;
  for (
    let at = text.indexOf("\n", start);
    at !== -1 && at < offset;
    at = text.indexOf("\n", at + 1)
  ) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

function namesOf(agent: object, references: References): readonly string[] {
  const names: string[] = [];
  for (const [field, target] of references) {
    const value = target === "agents" ? fieldOf(agent, field) : undefined;
    if (value === undefined) continue;
    for (const name of [value].flat()) if (typeof name === "string") names.push(name);
  }
  return names.length === 0 ? NONE : names;
}

import type { Buffer } from "node:buffer";
import { fieldOf } from "../model/agent-filter.ts";
import type { AgentValidator } from "./validate/agent-validator.ts";
import { crossCheck, type KnownNames, type References } from "./validate/cross-check.ts";
import type { Identified } from "./id-index.ts";
import type { Sized } from "./entry-list.ts";
import type { Finding } from "./report/finding.ts";
import { pointerTo } from "./report/finding.ts";
import { type EntryContext, readEntry } from "./read-entry.ts";
import type { Shape } from "./shape.ts";
import type { Piece } from "./split-entries.ts";
import { toAgent } from "./validate/to-agent.ts";

/** All that is to be remembered of an entry whose bytes may come again. */
export interface KnownEntry<A> extends Sized, Identified {
  /** Undefined when it is not valid. */
  readonly agent: A | undefined;
  /** What is wrong with it by itself; offsets count from its start, and it is the first in its list. */
  readonly findings: readonly Finding[];
  /** The names in it that name nothing. */
  readonly dangling: readonly DanglingPlace[];
  /** The ids of other agents in it, whether there are such agents or not. */
  readonly names: readonly string[];
}

/** Where a name stands that names nothing. */
interface DanglingPlace {
  readonly pointer: string;
  readonly offset: number;
}

/** What entries are checked against. */
export interface EntryRules extends EntryContext {
  readonly validator: AgentValidator;
  readonly references: References;
  readonly shape: Shape;
}

const NONE: readonly never[] = Object.freeze([]);

/** Reads a piece of a file and validates it. What it names is not looked at yet. */
export function toKnownEntry<A extends object>(
  bytes: Buffer,
  piece: Piece,
  rules: EntryRules,
): KnownEntry<A> | undefined {
  const text = textOf(bytes, piece.start, piece.end);
  const entry = text === undefined ? undefined : readEntry(text, rules.shape, rules);
  if (entry === undefined) return undefined;
  const { agent, findings } = toAgent<A>(entry, entry, rules.validator);
  return {
    id: entry.id,
    agent,
    findings: findings.length === 0 ? NONE : findings.toSorted((a, b) => a.offset - b.offset),
    dangling: NONE,
    names: agent === undefined ? NONE : namesOf(agent, rules.references),
    bytes: piece.end - piece.start,
    lines: piece.lines,
    problems: findings.length,
    aliased: entry.aliased,
  };
}

/**
 * The entry with the names in it looked up, itself when nothing differs.
 *
 * @param start where it starts, in bytes
 */
export function withNamesChecked<A extends object>(
  entry: KnownEntry<A>,
  known: KnownNames,
  rules: EntryRules,
  bytes: Buffer,
  start: number,
): KnownEntry<A> {
  const found = crossCheck(entry.agent ?? {}, rules.references, known);
  if (found.length === 0 && entry.dangling.length === 0) return entry;
  // Only now, when there is something to report, it matters where in the entry things stand.
  const text = textOf(bytes, start, start + entry.bytes) ?? "";
  const places = found.length === 0 ? undefined : readEntry(text, rules.shape, rules);
  const dangling = found.map(({ tokens }) => {
    const path = [...places?.tokens ?? [], ...tokens];
    return { pointer: pointerTo(...path), offset: places?.offsetOf(path) ?? 0 };
  });
  return { ...entry, dangling, problems: entry.findings.length + dangling.length };
}

/** The findings about names that name nothing, in the order of the text. */
export function danglingFindings<A extends object>(
  { agent, dangling }: KnownEntry<A>,
  known: KnownNames,
  references: References,
): readonly Finding[] {
  if (dangling.length === 0) return NONE;
  // The messages are made anew: they suggest names, and there may be other names than before.
  return crossCheck(agent ?? {}, references, known)
    .map(({ message }, at): Finding => ({
      code: "unknown-reference",
      severity: "warning",
      message,
      ...dangling[at]!,
    }))
    .sort((a, b) => a.offset - b.offset);
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

/** The text of a piece, or undefined when it is not UTF-8. */
function textOf(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString("utf8", start, end);
  if (!text.includes("\ufffd")) return text;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}

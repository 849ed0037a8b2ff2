import type { TSchema } from "@sinclair/typebox";
import { fieldOf } from "../../model/agent/agent-filter.ts";
import { sameValue } from "../../model/value/same-value.ts";
import { findNearest } from "../../text/nearest.ts";
import { quote } from "../../text/quote.ts";
import { writtenFields } from "../../model/agent/written-fields.ts";
import { declaredNamesInGroups } from "./declared-names.ts";
import { describe } from "./field-message.ts";
import { findValue, toBeQuoted } from "./quoted-value.ts";

/** The fields of a schema that refer to something, each with what its values are names of. */
export type References = readonly (readonly [field: string, target: string])[];

/** Names that something may refer to. */
export interface Names extends Iterable<string> {
  has(name: string): boolean;
}

/** The names that a reference may have, or undefined when nothing declares any. */
export type KnownNames = (target: string) => Names | undefined;

/** A value that names nothing. */
export interface DanglingName {
  /** Keys and indexes that lead to it from the agent. */
  readonly tokens: readonly string[];
  /** Looks for a name that is spelled alike, among all of them, in steps. */
  readonly message: () => Generator<undefined, string, unknown>;
}

/** The fields whose schema says `refersTo`. */
export function referencesOf(schema: TSchema): References {
  const properties: Record<string, TSchema> = schema["properties"] ?? {};
  const pairs = Object.entries(properties).map(([field, { refersTo }]) =>
    [field, refersTo] as const
  );
  return pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
}

/**
 * Finds values that name nothing: an agent that is not in the registry, a tag that is not in the
 * taxonomy. Without a taxonomy every tag is fine.
 */
export function crossCheck(
  agent: object,
  references: References,
  known: KnownNames,
): readonly DanglingName[] {
  const dangling: DanglingName[] = [];
  for (const [field, target] of references) {
    const value = fieldOf(agent, field);
    const names = value === undefined ? undefined : known(target);
    if (names === undefined) continue;
    for (const [at, name] of [value].flat().entries()) {
      if (typeof name !== "string" || names.has(name)) continue;
      const tokens = Array.isArray(value) ? [field, String(at)] : [field];
      dangling.push({
        tokens,
        *message() {
          const quoted = toBeQuoted(name, findValue(writtenFields(agent), tokens)?.value);
          const [near] = quoted === name ? yield* findNearest(name, names) : [];
          const hint = near === undefined ? "" : `: did you mean ${quote(near)}?`;
          return `${describe(quoted)} in "${field}" is not in "${target}"${hint}`;
        },
      });
    }
  }
  return dangling;
}

/** Looks up what references may name; the ids under `agents`, anything else in the document. */
export function knownNames(
  ids: Names,
  around: Readonly<Record<string, unknown>>,
): KnownNames {
  const sets = new Map<string, Names | undefined>([["agents", ids]]);
  return (target) => {
    if (!sets.has(target)) {
      const names = new Set(declaredNamesInGroups(fieldOf(around, target)));
      sets.set(target, names.size === 0 ? undefined : names);
    }
    return sets.get(target);
  };
}

/** Whether two documents declare the same names for references, those of agents left aside. */
export function declaresSame(
  references: References,
  a: Readonly<Record<string, unknown>>,
  b: typeof a,
): boolean {
  return a === b ||
    references.every(([, target]) =>
      target === "agents" || sameValue(fieldOf(a, target), fieldOf(b, target))
    );
}

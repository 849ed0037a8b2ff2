import { isCollection } from "yaml";
import { runToCompletion } from "../model/run-to-completion.ts";
import type { HeadAnchors } from "./head-anchors.ts";
import { inspectYaml } from "./inspect-yaml.ts";
import type { KeyMemory } from "./key-memory.ts";
import { layoutBelow } from "./layout.ts";
import { parseYaml } from "./parse-yaml.ts";
import { recogniseEntry } from "./recognise-entry.ts";
import { entryOffset, headingOf, type Shape, tokensOfEntry } from "./shape.ts";
import { type Entry, takeEntries, type TakenEntries } from "./extract/take-entries.ts";
import { YamlTree } from "./yaml-tree.ts";

/** An entry that was read by itself. Its offsets count from the start of its own text. */
export interface ReadEntry extends Entry, Pick<TakenEntries, "offsetOf"> {
  /** How many nodes its aliases stand for. */
  readonly aliased: number;
}

/** What is known of the file that an entry stands in. */
export interface EntryContext {
  readonly keys?: KeyMemory;
  /** What stands before its agents. */
  readonly anchors?: HeadAnchors | undefined;
}

/** What may be an alias. Prose has such asterisks too. */
export const ALIAS: RegExp = /(?:^|[\s[{,:])\*[^\s,[\]{}]/;

/**
 * Reads the text of one entry, as `splitEntries` cuts it. Gives undefined for what cannot be read
 * without the other entries. Offsets are negative for what is merged from before the agents.
 *
 * @param shape how the entries of its file are written
 */
export function readEntry(
  text: string,
  shape: Shape,
  context: EntryContext = {},
): ReadEntry | undefined {
  const recognised = recogniseEntry(text, shape, context.keys, context.anchors?.mergeable);
  if (recognised === undefined) return parseEntry(text, shape, context.anchors);
  const { id, value, aliased } = recognised;
  let parsed: ReadEntry | undefined;
  return {
    id,
    byKey: shape.type === "map",
    value,
    tokens: tokensOfEntry(shape, id, 0),
    offset: entryOffset(shape),
    aliased,
    // Hardly ever asked for: only what is wrong has a place.
    offsetOf(tokens) {
      parsed ??= parseEntry(text, shape, context.anchors);
      return parsed?.offsetOf(tokens) ?? entryOffset(shape);
    },
  };
}

/**
 * Reads the text of one entry with the YAML parser. What it refers to in the head is parsed with it.
 * An anchor of its own is refused where others might mean another one of that name.
 */
export function parseEntry(
  text: string,
  shape: Shape,
  anchors?: HeadAnchors,
): ReadEntry | undefined {
  if (text.includes("\0")) return undefined;
  const above = anchors !== undefined && ALIAS.test(text)
    ? anchors
    : { prelude: headingOf(shape), keys: 1, declared: 0, aliased: 0 };
  const start = above.prelude.length;
  const [{ contents, errors, warnings }] = parseYaml(above.prelude + text, false);
  // Another key at the top, or item, is no part of the entry.
  if (!isCollection(contents) || contents.items.length !== above.keys) return undefined;
  const inspected = inspectYaml(contents);
  if (errors.length + warnings.length + inspected.findings.length > 0) return undefined;
  // What aliases expand to is limited by the file, so those to anchors of its own are left to it.
  const declares = inspected.extents.size > above.declared;
  if (declares && (anchors !== undefined || inspected.aliased > 0)) return undefined;

  const tree = new YamlTree(above.prelude + text, contents, inspected);
  const { entries, findings, offsetOf } = runToCompletion(
    takeEntries({ tree, path: "", single: false }, layoutBelow(shape.key)),
  );
  const [entry, another] = entries;
  if (entry === undefined || another !== undefined || findings.length > 0) return undefined;
  const offset = entryOffset(shape);
  if (entry.offset !== start + offset) return undefined;
  return {
    ...entry,
    offset,
    aliased: inspected.aliased - above.aliased,
    offsetOf: (tokens) => offsetOf(tokens) - start,
  };
}

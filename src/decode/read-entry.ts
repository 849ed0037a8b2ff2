import { parseDocument, visit } from "yaml";
import { type DecodedYaml, decodeYaml } from "./decode-yaml.ts";
import type { KeyMemory } from "./key-memory.ts";
import { AGENTS } from "./layout.ts";
import { recogniseEntry } from "./recognise-entry.ts";
import type { Entry } from "./take-entries.ts";

/** An entry that was read by itself. Its offsets count from the start of its own text. */
export interface ReadEntry extends Entry, Pick<DecodedYaml, "offsetOf"> {}

const HEADING = `${AGENTS}:\n`;
/** What may be an alias. Prose has such asterisks too. */
export const ALIAS: RegExp = /(?:^|[\s[{,:])\*[^\s,[\]{}]/;

/**
 * Reads the text of one entry, as `splitEntries` cuts it. Gives undefined for what cannot be read
 * without the rest of the file.
 *
 * @param indent the column of its key
 * @param keys what was seen in entries of the same file
 */
export function readEntry(text: string, indent: number, keys?: KeyMemory): ReadEntry | undefined {
  const recognised = recogniseEntry(text, indent, keys);
  if (recognised === undefined) return parseEntry(text, indent);
  const { id, value } = recognised;
  let parsed: ReadEntry | undefined;
  return {
    id,
    byKey: true,
    value,
    tokens: [AGENTS, id],
    offset: indent,
    // Hardly ever asked for: only what is wrong has a place.
    offsetOf(tokens) {
      parsed ??= parseEntry(text, indent);
      return parsed?.offsetOf(tokens) ?? indent;
    },
  };
}

/** Reads the text of one entry with the YAML parser. */
export function parseEntry(text: string, indent: number): ReadEntry | undefined {
  if (text.includes("\0")) return undefined;
  const { entries, around, findings, offsetOf } = decodeYaml(HEADING + text);
  const [entry, another] = entries;
  if (entry === undefined || another !== undefined || findings.length > 0) return undefined;
  if (entry.offset !== HEADING.length + indent || Object.keys(around).length > 0) return undefined;
  // What aliases expand to is limited by the file, so they are counted with the whole of it.
  if (ALIAS.test(text) && hasAlias(HEADING + text)) return undefined;
  return { ...entry, offset: indent, offsetOf: (tokens) => offsetOf(tokens) - HEADING.length };
}

function hasAlias(text: string): boolean {
  let found = false;
  visit(parseDocument(text, { logLevel: "silent" }), {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

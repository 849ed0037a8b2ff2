import { Buffer } from "node:buffer";
import { deepFreeze } from "../model/deep-freeze.ts";
import { decodeText } from "./decode-text.ts";
import { decodeYaml } from "./decode-yaml.ts";
import { settingsOf } from "./extract/file-settings.ts";
import { type HeadAnchors, readHeadAnchors } from "./head-anchors.ts";
import { ALIAS } from "./read-entry.ts";
import { entryOffset, type Shape } from "./shape.ts";

/** What a file says around its agents. */
export interface Outline {
  /** The document without its agents, frozen. */
  readonly around: Readonly<Record<string, unknown>>;
  readonly debounceMs: number | undefined;
  /** What agents may refer to, if anything. */
  readonly anchors: HeadAnchors | undefined;
  /** How many line breaks stand before the first agent. */
  readonly lines: number;
  /** The bytes before the first agent. */
  readonly head: Buffer;
  /** The bytes after the last one. */
  readonly tail: Buffer;
}

const PLACEHOLDER = { id: "x", map: "x: 0\n", list: "- id: x\n" };
const LF = 10;

/**
 * Reads what stands around the agents of a file, with one placeholder in place of them all. That the
 * placeholder comes out as the one agent proves that any well-formed entry would, in its place.
 * Gives undefined for whatever is not as plain as that, or has something to report.
 */
export function readOutline(head: Buffer, tail: Buffer, shape: Shape): Outline | undefined {
  const entry = `${" ".repeat(shape.indent)}${PLACEHOLDER[shape.type]}`;
  const decoded = decodeText(Buffer.concat([head, Buffer.from(entry), tail]));
  const { text } = decoded;
  // A directive changes what the entries mean.
  if ("problem" in decoded || /^%/m.test(text)) return undefined;
  // What an alias after the agents stands for, an agent may have said anew.
  if (ALIAS.test(decodeText(tail).text)) return undefined;
  const { entries: [agent, another], around, findings, offsetOf } = decodeYaml(text, shape.key);
  if (agent?.id !== PLACEHOLDER.id || another !== undefined || findings.length > 0) {
    return undefined;
  }
  const above = decodeText(head).text;
  if (agent.offset !== above.length + entryOffset(shape)) return undefined;
  const settings = settingsOf({ around, offsetOf });
  if (settings.findings.length > 0) return undefined;
  // Copied, or they would hold the whole file that they were cut from.
  const [before, after] = [Buffer.from(head), Buffer.from(tail)];
  const { debounceMs } = settings;
  const lines = before.reduce((count, byte) => byte === LF ? count + 1 : count, 0);
  const anchors = readHeadAnchors(above, shape);
  return { around: deepFreeze(around), debounceMs, anchors, lines, head: before, tail: after };
}

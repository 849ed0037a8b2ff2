import { quote } from "../../text/quote.ts";
import { error, type Finding } from "../report/finding.ts";
import { PlainNode } from "../tree/plain-tree.ts";
import type { TreePair } from "../tree/tree.ts";
import { type ParsedDocument, type ParseSteps, unparsed } from "./parsed-document.ts";
import { parseYaml } from "./parse-yaml.ts";

/** What may stand before a front matter: blank lines, and comments of Markdown. */
const LEAD = /^(?:[ \t]*\r?\n|<!--[^]*?-->[ \t]*\r?\n)*/;
/** The line that opens a front matter, and at most closes it: `---` and nothing else. */
const FENCE = /^---[ \t]*\r?$/gm;

/**
 * Parses a Markdown text with YAML front matter, as Jekyll has introduced it: fields between two lines
 * `---` at the top. The text below them becomes the field `body`, without blank space around it; an
 * empty one becomes no field.
 */
export function* parseFrontMatter(text: string, body: string): ParseSteps<ParsedDocument> {
  const fences = new RegExp(FENCE);
  const lead = LEAD.exec(text)?.[0].length ?? 0;
  fences.lastIndex = lead;
  const open = fences.exec(text);
  if (open?.index !== lead) {
    const message = 'Expected front matter: a line "---", the fields of the agent, a line "---"';
    const isWithoutAgents = text.trim() !== "";
    return { ...unparsed(error("missing-agents", 0, message)), isWithoutAgents };
  }
  const close = fences.exec(text);
  if (close === null) {
    const message = 'The front matter that starts here has no end: close it with a line "---"';
    return unparsed(error("yaml-syntax", lead, message));
  }
  const below = close.index + close[0].length;
  // Blank lines around it go, but not what indents its first line.
  const [blank = ""] = /^(?:[ \t]*\r?\n)*/.exec(text.slice(below)) ?? [];
  const offset = below + blank.length;
  const content = text.slice(offset).trimEnd();
  const front = blanked(text.slice(0, lead)) + text.slice(lead, close.index);
  const parsed = (yield* readFields(front)) ?? (yield* readLoosely(front));
  const { root } = parsed;
  if (root?.type !== "map" || content === "") return { ...parsed, isSingle: true };
  const added = {
    key: body,
    isScalar: true,
    offset,
    node: PlainNode.scalar(content, offset),
  };
  const findings = [...parsed.findings, ...truncatedTexts(front)];
  const first = root.pairs.find(({ key }) => key === body)?.offset;
  if (first !== undefined) {
    const message = `The key ${quote(body)} stands here a second time`;
    findings.push({ ...error("duplicate-key", offset, message), first });
  }
  return {
    ...parsed,
    findings,
    root: PlainNode.map([...root.pairs, added], root.start),
    isSingle: true,
  };
}

/** The fields, or undefined when what is wrong may be a text without quotes. */
function* readFields(front: string): ParseSteps<ParsedDocument | undefined> {
  const [parsed = unparsed()] = yield* parseYaml(front, true);
  const isSyntax = parsed.findings.some(({ code }) => code === "yaml-syntax");
  return parsed.root === undefined && isSyntax && blocksOf(front) !== undefined
    ? undefined
    : parsed;
}

/**
 * Reads front matter that is no YAML field by field: a text without quotes may hold `: ` or start with a
 * sign, as in `description: Use when: you want...`, which most programs that read such files accept.
 */
function* readLoosely(front: string): ParseSteps<ParsedDocument> {
  const pairs: TreePair[] = [];
  const findings: Finding[] = [];
  const keyFindings: ParsedDocument["keyFindings"][number][] = [];
  for (const { key, start, valueStart, end } of blocksOf(front) ?? []) {
    // Blank space in place of what stands before keeps all offsets.
    const [parsed] = yield* parseYaml(
      blanked(front.slice(0, start)) + front.slice(start, end),
      true,
    );
    if (parsed?.root?.type === "map") {
      pairs.push(...parsed.root.pairs);
      findings.push(...parsed.findings);
      keyFindings.push(...parsed.keyFindings);
      continue;
    }
    const text = front.slice(valueStart, end).trim().replaceAll(/[ \t]*\r?\n[ \t]*/g, " ");
    const isPlain = /^[^"'[{|>&*!]/.test(text);
    if (!isPlain) return unparsed(...parsed?.findings ?? []);
    const message =
      `The text of "${key}" is not YAML: it is taken as it is written, put it in quotes`;
    findings.push({ ...error("loose-text", valueStart, message), severity: "warning" });
    const node = PlainNode.scalar(text, valueStart);
    pairs.push({ key, isScalar: true, offset: start, node });
  }
  return { root: PlainNode.map(pairs, 0), findings, keyFindings };
}

interface Block {
  readonly key: string;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** The fields at the top, by their lines; undefined when there is a line before the first one. */
function blocksOf(front: string): readonly Block[] | undefined {
  const keys = [...front.matchAll(/^([A-Za-z_][\w-]*):(?=[ \t\r\n])[ \t]*/gm)];
  const [first] = keys;
  if (
    first === undefined || !/^(?:\s|---[ \t]*\r?\n|#[^\n]*\n)*$/.test(front.slice(0, first.index))
  ) {
    return undefined;
  }
  return keys.map(({ 0: all, 1: key = "", index }, at) => ({
    key,
    start: index,
    valueStart: index + all.length,
    end: keys[at + 1]?.index ?? front.length,
  }));
}

/** Warns of texts that lose their end at a ` #`, by YAML's rule, though they hardly end in a comment. */
function truncatedTexts(front: string): readonly Finding[] {
  const found: Finding[] = [];
  for (
    const match of front.matchAll(/^[A-Za-z_][\w-]*:[ \t]+(?!["'[{|>&*!#])\S[^\n]*?[ \t](#\S)/gm)
  ) {
    const offset = match.index + match[0].length - match[1]!.length;
    const message =
      'YAML takes what follows " #" for a comment: put the text in quotes to keep its end';
    found.push({ ...error("loose-text", offset, message), severity: "warning" });
  }
  return found;
}

/** As much blank space, with the same line breaks. */
function blanked(text: string): string {
  return text.replaceAll(/[^\r\n]/g, " ");
}

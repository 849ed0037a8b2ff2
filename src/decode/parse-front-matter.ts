import { error } from "./report/finding.ts";
import { type ParsedDocument, unparsed } from "./parsed-document.ts";
import { parseYamlWith } from "./parse-yaml-documents.ts";

/** The line that opens a front matter, and at most closes it: `---` and nothing else. */
const FENCE = /^---[ \t]*\r?$/gm;

/**
 * Parses a Markdown text with YAML front matter, as Jekyll has introduced it: fields between two lines
 * `---` at the very top. The text below them becomes the field `body`, without blank space around it;
 * an empty one becomes no field.
 */
export function parseFrontMatter(text: string, body: string): ParsedDocument {
  const fences = new RegExp(FENCE);
  const open = fences.exec(text);
  if (open?.index !== 0) {
    const message = 'Expected front matter: a line "---", the fields of the agent, a line "---"';
    return unparsed(error("missing-agents", 0, message));
  }
  const close = fences.exec(text);
  if (close === null) {
    const message = 'The front matter that starts here has no end: close it with a line "---"';
    return unparsed(error("yaml-syntax", 0, message));
  }
  const below = close.index + close[0].length;
  // Blank lines around it go, but not what indents its first line.
  const [blank = ""] = /^(?:[ \t]*\r?\n)*/.exec(text.slice(below)) ?? [];
  const offset = below + blank.length;
  const content = text.slice(offset).trimEnd();
  const field = content === "" ? undefined : { key: body, text: content, offset };
  return { ...parseYamlWith(text.slice(0, close.index), field), single: true };
}

import type * as Yaml from "yaml";
import { error, type Finding } from "../report/finding.ts";
import { askYaml, severalDocuments } from "./ask-yaml.ts";
import { EventTree } from "../tree/event-tree.ts";
import {
  isEmptyScalar,
  type ParsedEvents,
  parseYamlEvents,
  type RefusedText,
} from "../tree/yaml-events.ts";
import { eventDocument } from "./event-document.ts";
import {
  emptyDocument,
  type ParsedDocument,
  type ParseSteps,
  unparsed,
} from "./parsed-document.ts";
import { unclosed, unclosedBefore } from "./unclosed.ts";

/** A longer text that js-yaml refuses is not worth the second that the other parser takes for it. */
const MAX_ASKED = 256 * 1024;

/**
 * Parses the documents of a YAML text; of several, those that say something. Where js-yaml refuses it, the `yaml`
 * library has the last word: it tells what is wrong, or takes the text.
 *
 * @param isOne whether the text may be one document only
 */
export function* parseYaml(text: string, isOne: boolean): ParseSteps<readonly ParsedDocument[]> {
  const parsed = parseYamlEvents(text);
  if (parsed.type === "refused") return yield* documentsOfRefused(text, parsed, isOne);
  const { documents } = parsed;
  const filled = documents.filter((at) => !isEmptyDocument(parsed, at));
  const second = filled[1];
  if (isOne && second !== undefined) {
    return [unparsed(severalDocuments(documentStart(parsed, second)))];
  }
  const meant = isOne ? filled.slice(0, 1) : filled;
  if (isOne && filled.length === 0) return [emptyDocument()];
  const read: ParsedDocument[] = [];
  for (const at of meant) {
    yield;
    read.push(eventDocument(parsed, at));
  }
  return read;
}

/** What the `yaml` library says of a text that js-yaml refuses. */
export function* documentsOfRefused(
  text: string,
  refused: RefusedText,
  isOne: boolean,
): ParseSteps<readonly ParsedDocument[]> {
  if (refused.isTooDeep || text.length > MAX_ASKED) return [unparsed(refusal(text, refused))];
  const yaml = (yield import("yaml")) as typeof Yaml;
  const documents = askYaml(yaml, text, isOne);
  return documents.length === 0 ? [unparsed(refusal(text, refused))] : documents;
}

function refusal(text: string, refused: RefusedText): Finding {
  const { offset, reason, isTooDeep } = refused;
  if (isTooDeep) return error("too-deep", offset, "Collections are nested too deeply");
  const start = unclosedBefore(text, refused);
  return start === undefined
    ? error("yaml-syntax", offset, `The text is not YAML: ${reason}`)
    : unclosed("yaml-syntax", text, start);
}

function isEmptyDocument({ events, ends }: ParsedEvents, at: number): boolean {
  return ends[at] === at + 3 && isEmptyScalar(events[at + 1]);
}

/** Where a document starts: at its `---`, or at its first node. */
function documentStart(parsed: ParsedEvents, at: number): number {
  const start = new EventTree(parsed).startOf(at + 1, 0);
  const marker = parsed.text.lastIndexOf("\n---", start);
  return marker === -1 ? start : marker + 1;
}

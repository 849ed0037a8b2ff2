import { type Event, EVENT_ID, parseEvents, type ScalarEvent, YAMLException } from "js-yaml";

/** The events of a YAML text, or where and why the parser refuses it. */
export type YamlEvents = ParsedEvents | RefusedText;

/** The events of a text, with what is needed to go through them like through a tree. */
export interface ParsedEvents {
  readonly type: "parsed";
  readonly text: string;
  readonly events: readonly Event[];
  /** For each event the index after it, and after all that is in it. */
  readonly ends: Int32Array;
  /** The indexes of the events that start a document. */
  readonly documents: readonly number[];
  /** Whether there are anchors, aliases or tags. */
  readonly hasProperties: boolean;
  /** What scalars say, where their parser knows it better than the text. */
  readonly values?: ReadonlyMap<ScalarEvent, string> | undefined;
}

/** Why a text cannot be parsed. */
export interface RefusedText {
  readonly type: "refused";
  readonly offset: number;
  readonly reason: string;
  readonly isTooDeep: boolean;
}

/**
 * How deeply the parser follows a nested text; whoever builds values from the events refuses what is
 * nested half as deep, at the very place. Both recurse, and this is far from the end of any stack.
 */
const MAX_PARSER_DEPTH = 400;

/** Parses a text as YAML 1.2 into events that hold offsets into it. */
export function parseYamlEvents(text: string): YamlEvents {
  try {
    return indexed(text, parseEvents(text, { maxDepth: MAX_PARSER_DEPTH }));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { reason, mark } = error;
    const isTooDeep = reason.startsWith("nesting exceeded");
    return { type: "refused", offset: mark?.position ?? 0, reason, isTooDeep };
  }
}

/** Looks once through events: what ends where, and what is in them. */
export function indexed(
  text: string,
  events: readonly Event[],
  values?: ParsedEvents["values"],
): ParsedEvents {
  const ends = new Int32Array(events.length);
  const open: number[] = [];
  const documents: number[] = [];
  let hasProperties = false;
  for (let at = 0; at < events.length; at++) {
    const event = events[at]!;
    switch (event.type) {
      case EVENT_ID.POP:
        ends[open.pop()!] = at + 1;
        break;
      case EVENT_ID.DOCUMENT:
        documents.push(at);
        open.push(at);
        break;
      case EVENT_ID.ALIAS:
        ends[at] = at + 1;
        hasProperties = true;
        break;
      default:
        if (event.anchorStart !== -1 || event.tagStart !== -1) hasProperties = true;
        if (event.type === EVENT_ID.SCALAR) ends[at] = at + 1;
        else open.push(at);
    }
  }
  return { type: "parsed", text, events, ends, documents, hasProperties, values };
}

/** Whether an event is a scalar without a character of its own. */
export function isEmptyScalar(event: Event | undefined): boolean {
  return event?.type === EVENT_ID.SCALAR && event.valueStart === -1 && event.anchorStart === -1 &&
    event.tagStart === -1;
}

import { type Event, EVENT_ID, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import type * as Yaml from "yaml";
import { MAX_DEPTH } from "../tree/inspect-tree.ts";
import { indexed, type ParsedEvents } from "../tree/yaml-events.ts";

/** The nodes of the `yaml` library as events, for texts that only that library takes. */
export function yamlLibraryEvents(
  yaml: typeof Yaml,
  { contents }: Yaml.Document.Parsed,
  text: string,
): ParsedEvents {
  const events: Event[] = [
    { type: EVENT_ID.DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] },
  ];
  const values = new Map<ScalarEvent, string>();
  const scalar = (start: number, end: number, style: ScalarEvent["style"], anchor = NO_ANCHOR) => {
    const event: ScalarEvent = {
      type: EVENT_ID.SCALAR,
      valueStart: start,
      valueEnd: end,
      ...anchor,
      ...NO_TAG,
      style,
      chomping: 1,
      indent: -1,
      fast: false,
    };
    events.push(event);
    return event;
  };
  const add = (node: unknown, depth: number): void => {
    // What is nested more deeply is refused, and is not followed to the end of the stack.
    if (!yaml.isNode(node) || depth > MAX_DEPTH) {
      values.set(scalar(-1, -1, SCALAR_STYLE.PLAIN), "");
      return;
    }
    const [start, end] = node.range ?? [0, 0, 0];
    if (yaml.isAlias(node)) {
      const anchorStart = start + 1;
      const anchorEnd = anchorStart + node.source.length;
      events.push({ type: EVENT_ID.ALIAS, anchorStart, anchorEnd });
      return;
    }
    const anchor = anchorOf(node.anchor, start, text);
    if (yaml.isScalar(node)) {
      const { value, source } = node;
      const isText = typeof value === "string";
      // Of a text it is not asked again whether it is a number.
      const event = isText
        ? scalar(start + 1, end, SCALAR_STYLE.DOUBLE_QUOTED, anchor)
        : scalar(start, end, SCALAR_STYLE.PLAIN, anchor);
      values.set(event, isText ? value : source ?? (value === null ? "" : String(value)));
      return;
    }
    const type = yaml.isMap(node) ? EVENT_ID.MAPPING : EVENT_ID.SEQUENCE;
    events.push({ type, start, ...anchor, ...NO_TAG, style: 1 });
    for (const item of node.items) {
      if (!yaml.isPair(item)) add(item, depth + 1);
      else for (const part of [item.key, item.value]) add(part, depth + 1);
    }
    events.push({ type: EVENT_ID.POP });
  };
  add(contents, 0);
  events.push({ type: EVENT_ID.POP });
  return indexed(text, events, values);
}

const NO_ANCHOR = { anchorStart: -1, anchorEnd: -1 };
const NO_TAG = { tagStart: -1, tagEnd: -1 } as const;

/** Where the name of an anchor stands: before its node. */
function anchorOf(
  name: string | undefined,
  start: number,
  text: string,
): { readonly anchorStart: number; readonly anchorEnd: number } {
  if (name === undefined) return NO_ANCHOR;
  const anchorStart = text.lastIndexOf(`&${name}`, start) + 1;
  return { anchorStart, anchorEnd: anchorStart + name.length };
}

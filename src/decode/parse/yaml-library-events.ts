import { type Event, EVENT_ID, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import type * as Yaml from "yaml";
import { MAX_DEPTH } from "../tree/inspect-tree.ts";
import { indexed, type ParsedEvents } from "../tree/yaml-events.ts";

/** The nodes of the `yaml` library as events, for texts that only that library takes. */
export function yamlLibraryEvents(
  yaml: typeof Yaml,
  { contents, directives }: Yaml.Document.Parsed,
  text: string,
): ParsedEvents {
  const events: Event[] = [{
    type: EVENT_ID.DOCUMENT,
    explicitStart: false,
    explicitEnd: false,
    directives: directivesOf(directives),
  }];
  const values = new Map<ScalarEvent, string>();
  const scalar = (start: number, end: number, style: ScalarEvent["style"], properties = NONE) => {
    const event: ScalarEvent = {
      type: EVENT_ID.SCALAR,
      valueStart: start,
      valueEnd: end,
      ...properties,
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
    const properties = propertiesOf(node, start, text);
    if (yaml.isScalar(node)) {
      const { value, source } = node;
      const isText = typeof value === "string";
      // Of a text it is not asked again whether it is a number.
      const event = isText
        ? scalar(start + 1, end, SCALAR_STYLE.DOUBLE_QUOTED, properties)
        : scalar(start, end, SCALAR_STYLE.PLAIN, properties);
      values.set(event, isText ? value : source ?? (value === null ? "" : String(value)));
      return;
    }
    const type = yaml.isMap(node) ? EVENT_ID.MAPPING : EVENT_ID.SEQUENCE;
    events.push({ type, start, ...properties, style: 1 });
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

type Properties = Pick<ScalarEvent, "anchorStart" | "anchorEnd" | "tagStart" | "tagEnd">;

const NONE: Properties = { anchorStart: -1, anchorEnd: -1, tagStart: -1, tagEnd: -1 };
/** The anchor and the tag of a node, in either order, and what stands between them and it. */
const BEFORE_NODE = /(?:[&!][^\s,[\]{}]*(?:\s|#[^\n]*\n)+)+$/;
/** How far before a node they are looked for, in characters. */
const MAX_BEFORE = 1_000;
const TAG = /(?:^|\s)(!\S*)/;

/** Where the anchor and the tag of a node stand: before it. */
function propertiesOf(
  { anchor, tag }: Pick<Yaml.ParsedNode, "anchor" | "tag">,
  start: number,
  text: string,
): Properties {
  if (anchor === undefined && tag === undefined) return NONE;
  const [before = ""] = BEFORE_NODE.exec(text.slice(Math.max(0, start - MAX_BEFORE), start)) ?? [];
  const anchorStart = anchor === undefined ? -1 : text.lastIndexOf(`&${anchor}`, start) + 1;
  const anchorEnd = anchor === undefined ? -1 : anchorStart + anchor.length;
  const found = tag === undefined ? null : TAG.exec(before);
  if (found === null) return { ...NONE, anchorStart, anchorEnd };
  const [all, written = ""] = found;
  const tagEnd = start - before.length + found.index + all.length;
  return { anchorStart, anchorEnd, tagStart: tagEnd - written.length, tagEnd };
}

function directivesOf({ yaml, tags }: Yaml.Document.Parsed["directives"]): DocumentDirectives {
  const version = yaml.explicit === true ? [{ kind: "yaml", version: yaml.version } as const] : [];
  const handles = Object.entries(tags).map(([handle, prefix]) =>
    ({ kind: "tag", handle, prefix }) as const
  );
  return [...version, ...handles];
}

type DocumentDirectives = Extract<Event, { readonly directives: unknown }>["directives"];

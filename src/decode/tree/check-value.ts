import {
  EVENT_ID,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from "js-yaml";
import { quote } from "../../text/quote.ts";
import { error, type Finding } from "../report/finding.ts";
import { CORE, isInexact, resolvePlain, resolveTagged } from "./core-schema.ts";
import type { EventTree } from "./event-tree.ts";

/** Shorter numbers than `1e309` are held exactly. */
const MIN_INEXACT = 5;

/** Finds a tag that does not fit its value, or a number that a double cannot hold. */
export function checkValue(
  tree: EventTree,
  event: ScalarEvent | SequenceEvent | MappingEvent,
): Finding | undefined {
  if (event.tagStart !== -1) return checkTag(tree, event);
  const isNumber = event.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN &&
    event.valueEnd - event.valueStart >= MIN_INEXACT;
  return isNumber ? checkNumber(tree, event) : undefined;
}

function checkNumber(tree: EventTree, event: ScalarEvent): Finding | undefined {
  const text = tree.textOf(event);
  const value = resolvePlain(text);
  if (typeof value !== "number" || !isInexact(text, value)) return undefined;
  const message = `The number ${text} cannot be held exactly, it would become ${value}: ` +
    "put it in quotes to keep its digits";
  return error("inexact-number", event.valueStart, message);
}

function checkTag(
  tree: EventTree,
  event: ScalarEvent | SequenceEvent | MappingEvent,
): Finding | undefined {
  const tag = tree.tagOf(event);
  const isScalar = event.type === EVENT_ID.SCALAR;
  const fits = isScalar
    ? resolveTagged(tag, tree.textOf(event)) !== undefined
    : tag === (event.type === EVENT_ID.MAPPING ? `${CORE}map` : `${CORE}seq`);
  if (fits || tag === "!") return undefined;
  const written = quote(tree.text.slice(event.tagStart, event.tagEnd));
  const message = isScalar
    ? `The tag ${written} does not apply here: the value is taken as text`
    : `The tag ${written} does not apply here: it is ignored`;
  return { ...error("unknown-tag", event.tagStart, message), severity: "warning" };
}

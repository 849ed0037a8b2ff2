import { isMap, type Node } from "yaml";
import { sameValue } from "../model/same-value.ts";
import { type InspectedYaml, inspectYaml } from "./inspect-yaml.ts";
import { isRecord } from "./validate/names-in.ts";
import { parseYaml } from "./parse-yaml.ts";
import { headingOf, type Shape } from "./shape.ts";
import { YamlTree } from "./yaml-tree.ts";

/** The anchors that a file declares before its agents, and to which these may refer. */
export interface HeadAnchors {
  /** A text that declares them, and ends with `agents:`. An entry is read below it. */
  readonly prelude: string;
  /** How many keys the prelude has at its top. */
  readonly keys: number;
  /** How many anchors it declares. */
  readonly declared: number;
  /** How many nodes its aliases stand for. */
  readonly aliased: number;
  /** How many nodes the aliases in all of the head stand for. */
  readonly aliasedInHead: number;
  /** Those that are maps of scalars, by name: what merges are made of. */
  readonly mergeable: ReadonlyMap<string, Mergeable>;
}

/** What a merge adds to a map, and how many nodes that is. */
export interface Mergeable {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly weight: number;
}

/** A longer prelude is not parsed anew for every entry: to read the file as a whole takes less. */
const MAX_PRELUDE = 2_000;

interface Declared extends Pick<HeadAnchors, "keys" | "declared" | "aliased"> {
  readonly anchors: readonly Anchored[];
}

interface Anchored {
  readonly name: string;
  readonly value: unknown;
  readonly weight: number;
  readonly levels: number;
}

/**
 * Finds the anchors in the text before the agents; undefined when there is none, or too much of them.
 * The prelude is that text without the top-level keys that have no anchor, unless without them the
 * anchors mean something else.
 */
export function readHeadAnchors(head: string, shape: Shape): HeadAnchors | undefined {
  const whole = head.includes("&") ? declaredIn(head) : undefined;
  if (whole === undefined || whole.declared === 0) return undefined;
  const blocks = head.split(/^(?=[^\s#])/m).slice(0, -1);
  const short = `${blocks.filter((block) => block.includes("&")).join("")}${headingOf(shape)}`;
  const brief = declaredIn(short);
  const enough = brief?.declared === whole.declared && sameValue(brief.anchors, whole.anchors);
  const prelude = enough ? short : head;
  if (prelude.length > MAX_PRELUDE) return undefined;
  const { anchors, ...counts } = enough ? brief : whole;
  const mergeable = new Map(anchors.flatMap(toMergeable));
  return { prelude, ...counts, aliasedInHead: whole.aliased, mergeable };
}

function declaredIn(text: string): Declared | undefined {
  const [document] = parseYaml(text, false);
  if (document.errors.length > 0) return undefined;
  const inspected = inspectYaml(document.contents);
  if (inspected.findings.length > 0) return undefined;
  const anchors = [...inspected.anchors].map(([name, node]): Anchored => {
    const { weight, levels } = inspected.extents.get(node)!;
    return { name, value: valueOf(text, node, inspected), weight, levels };
  });
  const keys = isMap(document.contents) ? document.contents.items.length : 0;
  return { anchors, keys, declared: inspected.extents.size, aliased: inspected.aliased };
}

function valueOf(text: string, node: Node, inspected: InspectedYaml): unknown {
  return new YamlTree(text, node, inspected).root.value();
}

function toMergeable({ name, value, weight }: Anchored): readonly [string, Mergeable][] {
  if (!isRecord(value) || Object.hasOwn(value, "__proto__")) return [];
  const isFlat = Object.values(value).every((one) => typeof one !== "object" || one === null);
  return isFlat ? [[name, { fields: value, weight }]] : [];
}

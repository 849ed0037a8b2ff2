import { EventNode } from "../tree/event-node.ts";
import { EventTree } from "../tree/event-tree.ts";
import { inspectTree } from "../tree/inspect-tree.ts";
import { nodeAt, offsetAt } from "../tree/tree.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";
import type { PlacedSegment } from "./file-segments.ts";
import { outerAnchorsOf } from "../segments/outline.ts";
import { leadOf, parseEntries } from "../segments/read-stretches.ts";
import type { FilePlan } from "../segments/plan-file.ts";

/**
 * Where something stands in an entry. Syntax trees are not kept, they take many times what the text takes:
 * an entry with a stretch of its own is parsed anew, others are found while the plan of their file is there.
 */
export function offsetInSegment<A>(
  { bytes, documents }: DecodedFile<A>,
  plan: FilePlan<A> | undefined,
  { segment, region, index, start, end }: PlacedSegment<A>,
  tokens: readonly string[],
): number {
  const { place } = region;
  const at = documents.findIndex(({ regions }) => regions.includes(region));
  if (place === undefined) {
    const whole = plan?.documents[at]?.regions.find((one) =>
      one.type === "whole" && one.tokens.join("\0") === region.tokens.join("\0")
    );
    const member = whole?.type === "whole" ? whole.members[index] : undefined;
    return member === undefined ? segment.offset : offsetAt(member.node, tokens);
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start, end));
  const parsed = parseEntries(text, place.shape, false);
  const document = documents[at];
  if (parsed?.type !== "parsed" || document === undefined) return segment.offset;
  const tree = new EventTree(parsed);
  const [root = 0] = parsed.documents;
  inspectTree(tree, root + 1, 0, outerAnchorsOf(document.parsed, document.outline, place.start));
  const isMap = tree.isCollection(root + 1, "map");
  const node = nodeAt(new EventNode(tree, root + 1, 0), [isMap ? segment.key ?? "" : "0"]);
  return node === undefined ? segment.offset : offsetAt(node, tokens) - leadOf(place.shape);
}

import { EventNode } from "../tree/event-node.ts";
import { EventTree } from "../tree/event-tree.ts";
import { inspectTree } from "../tree/inspect-tree.ts";
import { offsetAt, type TreeNode } from "../tree/tree.ts";
import { documentsOfRefused } from "../parse/parse-yaml.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import type { DecodedFile } from "../segments/decoded-file.ts";
import type { PlacedSegment } from "./file-segments.ts";
import { outerAnchorsOf } from "../segments/outline.ts";
import { leadOf, parseEntries } from "../segments/read-stretches.ts";
import type { FilePlan } from "../segments/plan-file.ts";

/**
 * Where something stands in an entry. Syntax trees are not kept, they take many times what the text takes:
 * an entry with a stretch of its own is parsed anew, others are found while the plan of their file is there.
 */
export function* offsetInSegment<A>(
  { bytes, documents }: DecodedFile<A>,
  plan: FilePlan<A> | undefined,
  { segment, region, index, start, end }: PlacedSegment<A>,
  tokens: readonly string[],
): ParseSteps<number> {
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
  if (parsed === undefined || document === undefined) return segment.offset;
  let root: TreeNode | undefined;
  if (parsed.type === "refused") root = (yield* documentsOfRefused(text, parsed, true))[0]?.root;
  else {
    const tree = new EventTree(parsed);
    const [first = 0] = parsed.documents;
    inspectTree(tree, first + 1, 0, outerAnchorsOf(document.parsed, document.outline, place.start));
    root = new EventNode(tree, first + 1, 0);
  }
  const node = root?.child(root.type === "map" ? segment.key ?? "" : "0");
  return node === undefined ? segment.offset : offsetAt(node, tokens) - leadOf(place.shape);
}

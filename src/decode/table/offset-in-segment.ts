import { EventNode } from "../tree/event-node.ts";
import { EventTree } from "../tree/event-tree.ts";
import { inspectTree } from "../tree/inspect-tree.ts";
import { offsetAt, type TreeNode } from "../tree/tree.ts";
import { decodeText } from "../parse/decode-text.ts";
import { documentsOfRefused } from "../parse/parse-yaml.ts";
import type { ParseSteps } from "../parse/parsed-document.ts";
import type { TakenApart } from "../segments/decoded-file.ts";
import type { PlacedSegment } from "./file-segments.ts";
import { outerAnchorsOf, placeInOutline } from "../segments/outline.ts";
import { isSamePath } from "../segments/region.ts";
import { leadOf, parseEntries } from "../segments/read-stretches.ts";
import type { DocumentPlan } from "../segments/plan-document.ts";

/**
 * Where something stands in an entry. Syntax trees are not kept, they take many times what the text takes:
 * an entry with a stretch of its own is parsed anew.
 *
 * @param document the one that it stands in
 * @param whole the same, parsed in one piece: for an entry without a stretch of its own
 */
export function* offsetInSegment<A>(
  bytes: Uint8Array,
  document: TakenApart<unknown>,
  whole: DocumentPlan<A> | undefined,
  { segment, region, index, start, end }: PlacedSegment<A>,
  tokens: readonly string[],
): ParseSteps<number> {
  const { shape, place } = region;
  if (shape === undefined) {
    const planned = whole?.regions.find((one) => isSamePath(one.tokens, region.tokens));
    const member = planned?.type === "whole" ? planned.members[index] : undefined;
    if (whole === undefined || member === undefined) return segment.offset;
    const piece = placeInOutline(whole.outline, offsetAt(member.node, tokens));
    // The document may have been taken apart when the entry was read, and not be now.
    return piece.inside -
      decodeText(bytes.subarray(piece.start, start), piece.start === 0).text.length;
  }
  const decoded = decodeText(bytes.subarray(start, end), false).text;
  // At the start of a text U+FEFF would be a byte order mark; here it is part of a key.
  const text = decoded.startsWith("\ufeff") ? `\n${decoded}` : decoded;
  const parsed = parseEntries(text, shape, false);
  if (parsed === undefined) return segment.offset;
  let root: TreeNode | undefined;
  if (parsed.type === "refused") root = (yield* documentsOfRefused(text, parsed, true))[0]?.root;
  else {
    const tree = new EventTree(parsed);
    const [first = 0] = parsed.documents;
    inspectTree(tree, first + 1, 0, outerAnchorsOf(document.parsed, document.outline, place.start));
    root = new EventNode(tree, first + 1, 0);
  }
  const node = root?.child(root.type === "map" ? segment.key ?? "" : "0");
  return node === undefined
    ? segment.offset
    : offsetAt(node, tokens) - leadOf(shape) - (text.length - decoded.length);
}

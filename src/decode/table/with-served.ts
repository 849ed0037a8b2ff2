import type { ParseSteps } from "../parse/parsed-document.ts";
import { type DecodedFile, decodedFile } from "../segments/decoded-file.ts";
import { keptAgent } from "../segments/read-member.ts";
import type { Region } from "../segments/region.ts";
import type { Segment } from "../segments/segment.ts";
import { SegmentList } from "../segments/segment-list.ts";

/** A file with the agents that are served in place of those that say the same. */
export function* withServed<A>(
  file: DecodedFile<A>,
  served: ReadonlyMap<string, A>,
): ParseSteps<DecodedFile<A>> {
  let isChanged = false;
  const kept = new Map<Region<A>, Region<A>>();
  for (const region of file.documents.flatMap(({ regions }) => regions)) {
    const segments: Segment<A>[] = [];
    for (const segment of region.segments) {
      yield;
      const { id, agent } = segment;
      const before = id === undefined ? undefined : served.get(id);
      const one = agent === undefined ? agent : keptAgent(agent, before);
      segments.push(one === agent ? segment : { ...segment, agent: one });
      isChanged ||= one !== agent;
    }
    kept.set(region, { ...region, segments: SegmentList.of(segments) });
  }
  if (!isChanged) return file;
  const parts = file.parts.map((part) => ({
    ...part,
    documents: part.documents.map((document) => ({
      ...document,
      regions: document.regions.map((region) => kept.get(region)!),
    })),
  }));
  return decodedFile(file, { parts, refusals: file.refusals });
}

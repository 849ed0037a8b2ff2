import type { ParseSteps } from "../parse/parsed-document.ts";
import { countedRegions, type DecodedFile } from "../segments/decoded-file.ts";
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
  const documents: DecodedFile<A>["documents"][number][] = [];
  for (const document of file.documents) {
    const regions: Region<A>[] = [];
    for (const region of document.regions) {
      const segments: Segment<A>[] = [];
      for (const segment of region.segments) {
        yield;
        const { id, agent } = segment;
        const before = id === undefined ? undefined : served.get(id);
        const kept = agent === undefined ? agent : keptAgent(agent, before);
        segments.push(kept === agent ? segment : { ...segment, agent: kept });
        isChanged ||= kept !== agent;
      }
      regions.push({ ...region, segments: SegmentList.of(segments) });
    }
    documents.push({ ...document, regions });
  }
  if (!isChanged) return file;
  return { ...file, documents, regions: countedRegions({ ...file, documents }) };
}

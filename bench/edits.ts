import { type Entry, type Place, type Style, textsOf } from "./styles.ts";

/** One file before and after an edit. */
export interface Edit {
  readonly before: string;
  readonly after: string;
  /** What both have, to be compared at the floor: where it starts in each, and how long it is, in bytes. */
  readonly same: readonly Same[];
}

/** A stretch that two contents have in common. */
export interface Same {
  readonly before: number;
  readonly after: number;
  readonly length: number;
}

/** What people do to a registry: each gives the agents after it, in place of those before. */
export const EDITS: Readonly<Record<string, (agents: readonly Entry[]) => readonly Entry[]>> = {
  "1 changed": (agents) => revised(agents, 1),
  "1 added": (agents) => {
    const middle = agents.length >> 1;
    return [
      ...agents.slice(0, middle),
      { id: `agent_x${String(middle).padStart(6, "0")}`, revision: 0 },
      ...agents.slice(middle),
    ];
  },
  "1 removed": (agents) => agents.filter((_, at) => at !== agents.length >> 1),
  "2 changed, far apart": (agents) => revised(agents, 2),
  "20 changed, far apart": (agents) => revised(agents, 20),
};

/** Changes agents that stand as far from each other, and from the ends, as they can. */
function revised(agents: readonly Entry[], times: number): readonly Entry[] {
  const edited = new Map(
    Array.from({ length: times }, (_, at) => [
      Math.floor(agents.length * (at + 1) / (times + 1)),
      // Each by another length.
      1 + at % 3 * 5,
    ]),
  );
  return agents.map((agent, at) => ({ ...agent, revision: edited.get(at) ?? agent.revision }));
}

/** The texts of an edit. */
export function editOf(
  style: Style,
  before: readonly Entry[],
  after: readonly Entry[],
  place: Place = {},
): Edit {
  const a = textsOf(style, before, place);
  const b = textsOf(style, after, place);
  return {
    before: a.head + a.agents.join(""),
    after: b.head + b.agents.join(""),
    same: inCommon([a.head, ...a.agents], [b.head, ...b.agents]),
  };
}

/** What two lists of texts have in common, when they differ by texts changed, added or removed. */
function inCommon(before: readonly string[], after: readonly string[]): readonly Same[] {
  const same: { before: number; after: number; length: number }[] = [];
  const followers = new Map(before.map((text, at) => [text, at]));
  let [from, to, at] = [0, 0, 0];
  for (const text of after) {
    const found = followers.get(text);
    if (found === undefined) {
      if (before.length === after.length) from += sizeOf(before[at++]!);
    } else {
      for (; at < found; at++) from += sizeOf(before[at]!);
      const size = sizeOf(text);
      const last = same.at(-1);
      if (last && last.before + last.length === from && last.after + last.length === to) {
        last.length += size;
      } else same.push({ before: from, after: to, length: size });
      from += size;
      at++;
    }
    to += sizeOf(text);
  }
  return same;
}

function sizeOf(text: string): number {
  return Buffer.byteLength(text);
}

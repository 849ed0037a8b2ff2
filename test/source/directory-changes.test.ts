import process from "node:process";
import { describe, expect, test } from "vitest";
import {
  DIRECTORY_CHANGES,
  type DirectoryChange,
  NO_DIRECTORY_CHANGES,
  START,
} from "./directory-changes.ts";
import { follow } from "./followed.ts";
import { hasProgram, makePlace, type Place } from "./writer.ts";

/** Each is tried twice; `npm run matrix` tries it more often. */
const ROUNDS = Array.from({ length: Number(process.env["MATRIX_ROUNDS"] ?? 2) }, (_, at) => at + 1);
/** Longer than a busy machine takes from one command of a change to the next. */
const DEBOUNCE_MS = 150;

describe.concurrent("fileSource finds in a directory", () => {
  for (const change of DIRECTORY_CHANGES) {
    const { name, agents, needs = [], poll = false, several = false } = change;
    test.skipIf(!needs.every(hasProgram))(name, async () => {
      await using place = await makePlace();
      const at = await prepare(place, change);
      await using followed = await follow(at.inputs, {
        debounceMs: DEBOUNCE_MS,
        ...(poll ? { files: { pollMs: 300 } } : {}),
      });
      const { length: before } = followed.meanings;
      for (const round of ROUNDS) {
        await at.run(change.change, round);
        await followed.reaches(agents(round));
        if (!several) {
          expect(followed.meanings.slice(before + round - 1)).toEqual([agents(round)]);
          expect(followed.events.map(({ type }) => type)).not.toContain("rejected");
        }
      }
    });
  }
});

describe.concurrent("fileSource sees no change in a directory in", () => {
  for (const change of NO_DIRECTORY_CHANGES) {
    test(change.name, async () => {
      await using place = await makePlace();
      const at = await prepare(place, change);
      await using followed = await follow(at.inputs, {
        debounceMs: DEBOUNCE_MS,
        files: { pollMs: 200 },
      });
      // The edits in between are the proof: what came before them has been looked at.
      for (const round of ROUNDS) {
        await at.run(`${change.change}\nsleep ${DEBOUNCE_MS * 4 / 1000}; put a $i d/a.yaml`, round);
        await followed.reaches(change.agents(round));
      }
      expect(followed.meanings).toEqual(["a=0 b=0", ...ROUNDS.map(change.agents)]);
      expect(followed.events.filter(({ type }) => type === "rejected")).toEqual([]);
    });
  }
});

async function prepare(place: Place, { inputs = ["d/"], start = START }: DirectoryChange) {
  const put = `put() { printf 'agents:\\n  %s:\\n    label: "%s"\\n' "$1" "$2" > "$3"; }\n`;
  await place.run(put + start);
  return {
    inputs: inputs.map((input) => `${place.root}/${input}`),
    run: (script: string, round: number) =>
      place.run(put + script, { i: String(round), old: String(round - 1) }),
  };
}

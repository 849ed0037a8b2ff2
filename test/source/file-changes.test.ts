import { dirname, join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { type Change, CHANGES, moreText, NO_CHANGES } from "./changes.ts";
import { content, isOneContent } from "./content.ts";
import { DEBOUNCE_MS, follow } from "./followed.ts";
import { hasProgram, makePlace, type Place } from "./writer.ts";

const START = `mkdir -p "$dir"; cp "$new" "$file"`;
/** How often each is tried; `npm run matrix` tries it more often. */
const ROUNDS = Number(process.env["MATRIX_ROUNDS"] ?? 2);
const runtime = process.env["EXPECT_RUNTIME"] ?? "node";
const missing = ({ needs = [], not }: Change): boolean =>
  !needs.every(hasProgram) || not === runtime;

describe.concurrent("fileSource finds", () => {
  for (const change of CHANGES) {
    test.skipIf(missing(change))(change.name, async () => {
      await using place = await makePlace();
      const { rounds = ROUNDS, poll = false, several = false } = change;
      const at = await prepare(place, change);
      await using followed = await follow(at.file, poll ? { files: { pollMs: 300 } } : {});
      const { length: before } = followed.meanings;
      for (let round = 1; round <= rounds; round++) {
        const wanted = change.content?.(round) ?? content(`round${round}`);
        await at.run(change.change, round);
        await followed.reaches(wanted.meaning);
        if (!several) expect(followed.meanings.slice(before + round - 1)).toEqual([wanted.meaning]);
      }
      expect(followed.revisions).toEqual(followed.revisions.map((_, at) => at + 1));
      if (change.content === undefined) expect(followed.meanings.filter(isTorn)).toEqual([]);
    });
  }
});

describe.concurrent("fileSource sees no change in", () => {
  for (const change of NO_CHANGES) {
    test(change.name, async () => {
      await using place = await makePlace();
      const at = await prepare(place, change);
      await using followed = await follow(at.file, { files: { pollMs: 200 } });
      // The edits in between are the proof: what came before them has been looked at.
      for (let round = 1; round <= 3; round++) {
        await at.run(change.change, round);
        const wanted = content(`mark${round}`);
        await place.prepare("mark", wanted);
        // Later than the debounce, so that the two are not one burst.
        await at.run(`sleep ${(DEBOUNCE_MS * 4) / 1000}; cat "$stage/mark" > "$file"`, round);
        await followed.reaches(wanted.meaning);
      }
      expect(followed.revisions).toEqual([1, 2, 3, 4]);
    });
  }
});

test("two watches in one process both find what follows a replaced directory", async () => {
  await using place = await makePlace();
  const at = await prepare(place, { name: "", change: "", path: "a/b/agents.yaml" });
  const files = { pollMs: 3_000 };
  await using one = await follow(at.file, { files });
  await using two = await follow(at.file, { files });
  const replace = `mkdir t; cp "$new" t/agents.yaml; mv a/b a/old; mv t a/b`;
  for (const [round, script] of [replace, ...Array(3).fill(`cat "$new" > "$file"`)].entries()) {
    await at.run(script, round + 1);
    const { meaning } = content(`round${round + 1}`);
    // The directory is found to be another by a poll, and watched again by the next one, which comes late
    // on a busy machine. The edits after it are found by events; but Bun gives whoever comes first the dead
    // handle of the other.
    const withinMs = round < 2 || runtime === "bun" ? 15_000 : 1_000;
    await Promise.all([one.reaches(meaning, withinMs), two.reaches(meaning, withinMs)]);
  }
});

async function prepare(place: Place, { path = "agents.yaml", start = START }: Change) {
  const file = join(place.root, path);
  const env = { file, dir: dirname(file) };
  for (let round = 0; round <= 7; round++) await place.prepare(`round${round}`);
  await place.run(start, { ...env, new: join(place.root, "../stage/round0") });
  return {
    file,
    run: (script: string, round: number) =>
      place.run(script, {
        ...env,
        new: join(place.root, `../stage/round${round}`),
        i: String(round),
        old: String(round - 1),
        more: moreText(round),
      }),
  };
}

function isTorn(meaning: string): boolean {
  return !isOneContent(meaning);
}

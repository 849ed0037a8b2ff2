import { join } from "node:path";
import { expect, test } from "vitest";
import { content } from "./content.ts";
import { DEBOUNCE_MS, follow } from "./followed.ts";
import { makePlace } from "./writer.ts";

const ROUNDS = 15;

test.each([
  ["in place", `cat "$stage/new" > agents.yaml`],
  ["by rename", `cp "$stage/new" tmp; mv tmp agents.yaml`],
])("a save %s is live 50 ms after the debounce, at the median", async (_name, save) => {
  await using place = await makePlace();
  await place.prepare("new", content("start"));
  await place.run(save);
  await using followed = await follow(join(place.root, "agents.yaml"));
  const delays: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const wanted = content(`round${round}`);
    await place.prepare("new", wanted);
    const saved = place.run(`${save}; date +%s%3N`);
    await followed.reaches(wanted.meaning);
    const { loadedAt } = followed.registry.snapshot;
    delays.push(loadedAt.getTime() - Number(await saved) - DEBOUNCE_MS);
  }
  const median = delays.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  expect(median).toBeLessThanOrEqual(50);
});

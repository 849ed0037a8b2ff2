import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";
import process from "node:process";
import { follow } from "./followed.ts";
import { makePlace } from "./writer.ts";

/**
 * What may happen in `d`, whose files are `a.yaml` to `d.yaml`, some in `s`. Each holds two agents with
 * one label: `save FILE` leaves a new one in place, `fresh` the name of a file with one.
 */
const STEPS: Readonly<Record<string, string>> = {
  overwrite: `save "$f"`,
  rename: `fresh t; mv t "$f"`,
  renameBeside: `fresh "$f.tmp"; mv "$f.tmp" "$f"`,
  recreate: `rm -f "$f"; sleep 0.0$((k % 7)); save "$f"`,
  remove: `rm -f "$f"`,
  moveAround: `if [ -e "$f" ]; then mv "$f" d/t; mv d/t "$f"; fi`,
  moveOut: `if [ -e "$f" ]; then mv "$f" out$k; fi`,
  link: `fresh real$k; ln -s "$PWD/real$k" t; mv -T t "$f"`,
  moveDirectory: `mv d e; fresh t; sleep 0.0$((k % 7)); mv e d; mv t "$f"`,
  replaceDirectory: `mkdir -p e/s; fresh t; mv d old$k; mv e d; mv t "$f"`,
  remakeDirectory: `rm -r d; mkdir -p d/s; save "$f"`,
  moveBelow: `if [ -d d/s ]; then mv d/s s$k; mkdir d/s; save "$f"; fi`,
  renameBelow: `mv d/s d/x$k; mkdir d/s; sleep 0.01; rm -r d/x$k; save "$f"`,
  burst: `for n in 1 2 3 4 5; do fresh t; mv t "$f"; done`,
  touch: `touch d "$f" 2> /dev/null; [ -s "$f" ] || rm -f "$f"`,
  leftovers: `save "$f~"; save "$f.bak"; save d/.x.yaml; rm -f d/*~`,
};

const sequence = array(
  record({
    step: constantFrom(...Object.keys(STEPS)),
    file: constantFrom("a", "b", "s/c", "s/d"),
    pauseMs: constantFrom(0, 0, 3, 10, 30, 60, 120, 200),
  }),
  { minLength: 1, maxLength: 8 },
);

const RUNS = Number(process.env["CHAOS_RUNS"] ?? 20) / 2;
const SEED = Number(process.env["CHAOS_SEED"] ?? 20_241);
const LANES = 4;
const DEBOUNCE_MS = 80;
const SHELL = `
  text() { for n in 1 2; do printf '  %s%s:\\n    label: "%s"\\n' "$id" $n "$k-$turn"; done; }
  save() { { echo agents:; text; } > "$1"; }
  fresh() { save "$1"; }`;

describe.concurrent("whatever happens in a directory, what is published is what files held as a whole", () => {
  for (let lane = 0; lane < LANES; lane++) {
    test(`seed ${SEED + lane}`, { timeout: 60_000 + RUNS * 2_000 }, async () => {
      await assert(
        asyncProperty(sequence, integer({ min: 0, max: 1 }), async (steps, polls) => {
          await using place = await makePlace();
          await place.run(`${SHELL}\nmkdir -p d/s; k=start; turn=0
            for id in a b; do save d/$id.yaml; done; for id in c d; do save d/s/$id.yaml; done`);
          await using followed = await follow(`${place.root}/d/`, {
            debounceMs: DEBOUNCE_MS,
            files: { pollMs: polls === 1 ? 300 : 1_000 },
          });
          const lines = steps.map(({ step, file, pauseMs }, at) =>
            `export k=${at} id=${file.at(-1)} f=d/${file}.yaml turn=${at}; mkdir -p d/s
            ${STEPS[step]}\nsleep ${pauseMs / 1_000}`
          );
          // The end is known by a file of its own, and what is left besides by looking.
          await place.run(`${SHELL}\n${lines.join("\n")}\nk=end id=z; save d/t; mv d/t d/z.yaml`);
          const left = await place.run(`find d -follow -name '[a-z].yaml' -type f | LC_ALL=C sort |
            while read -r f; do sed -nE 's/^  ([a-z][12]):$/\\1/p; s/^    label: "(.*)"$/\\1/p' "$f"; done`);
          const words = left.trim().split("\n");
          const meaning = words.flatMap((word, at) =>
            at % 2 === 0 ? [`${word}=${words[at + 1]}`] : []
          ).join(" ");
          await followed.reaches(meaning, 8_000);
          const { meanings, events, revisions, registry } = followed;
          for (const published of meanings) expect(halves(published)).toEqual([]);
          expect(revisions).toEqual(revisions.map((_, at) => at + 1));
          expect(events.filter(({ error }) => /yaml-syntax/.test(error ?? ""))).toEqual([]);
          await registry.reload();
          expect(meanings.at(-1)).toBe(meaning);
          expect(registry.status.inSync).toBe(true);
        }),
        { numRuns: Math.ceil(RUNS / LANES), seed: SEED + lane, interruptAfterTimeLimit: 3_600_000 },
      );
    });
  }
});

/** The ids of files of which only half is there, or halves of two. */
function halves(meaning: string): readonly string[] {
  const labels = new Map<string, string[]>();
  for (const [id, label] of meaning.split(" ").filter(Boolean).map((agent) => agent.split("="))) {
    const file = id!.slice(0, 1);
    labels.set(file, [...labels.get(file) ?? [], label!]);
  }
  return [...labels].filter(([, [one, other]]) => one !== other).map(([file]) => file);
}

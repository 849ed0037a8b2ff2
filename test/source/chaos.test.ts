import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { content, isOneContent } from "./content.ts";
import { follow } from "./followed.ts";
import { makePlace } from "./writer.ts";

/** What may happen to `d/agents.yaml`; `$new` is what this step saves. Whole contents only. */
const STEPS: Readonly<Record<string, string>> = {
  overwrite: `cat "$new" > d/agents.yaml`,
  pieces: `perl -e 'local $/; open F, "<", $ENV{new}; $all = <F>; open O, ">", "d/agents.yaml";
    for (0 .. 5) { syswrite O, substr($all, $_ * 30, $_ < 5 ? 30 : 9999);
      select undef, undef, undef, 0.012 }'`,
  rename: `cp "$new" d/tmp; mv d/tmp d/agents.yaml`,
  renameFromElsewhere: `cp "$new" tmp; mv tmp d/agents.yaml`,
  oldTime: `cp "$new" tmp; touch -d 2001-01-01 tmp; mv tmp d/agents.yaml`,
  recreate: `rm -f d/agents.yaml; sleep 0.0$((k % 7)); cp "$new" d/agents.yaml`,
  jetBrains: `cp "$new" d/new; mv d/agents.yaml d/old; mv d/new d/agents.yaml; rm d/old`,
  link: `cp "$new" real$k; ln -sfn ../real$k tmp; mv -T tmp d/agents.yaml`,
  linkTwice: `cp "$new" real$k; ln -s real$k hop$k; ln -s ../hop$k tmp; mv -T tmp d/agents.yaml`,
  hardLink: `cp "$new" hard$k; ln -f hard$k d/agents.yaml`,
  moveAway:
    `mv d away; sleep 0.0$((k % 7)); cp "$new" away/tmp; mv away/tmp away/agents.yaml; mv away d`,
  replaceDirectory: `mkdir e; cp "$new" e/agents.yaml; mv d old$k; mv e d`,
  remakeDirectory: `rm -r d; mkdir d; cp "$new" d/agents.yaml`,
  linkDirectory: `mkdir e$k; cp "$new" e$k/agents.yaml; mv d old$k; ln -s e$k d`,
  directoryInPlace: `rm -f d/agents.yaml; mkdir d/agents.yaml; sleep 0.02; rmdir d/agents.yaml
    cp "$new" d/agents.yaml`,
  burst: `for n in 1 2 3 4 5; do sed "s/label: .*/label: s$k-$n/" "$new" > d/t; mv d/t d/agents.yaml
    done; cp "$new" d/t; mv d/t d/agents.yaml`,
  remove: `rm -f d/agents.yaml`,
  empty: `: > d/agents.yaml`,
  nonsense: `echo "agents: [" > d/tmp; mv d/tmp d/agents.yaml`,
  touch: `touch d/agents.yaml`,
  chmod: `chmod 600 d/agents.yaml 2> /dev/null || true`,
  sameBytes: `if [ -f d/agents.yaml ]; then cp -L d/agents.yaml d/t; mv d/t d/agents.yaml; fi`,
  siblings: `for n in 1 2 3; do echo $n > d/sibling$n; done; rm d/sibling*`,
};
/** These need a file to start from. */
const NEEDS_FILE = new Set(["jetBrains"]);

const sequence = array(
  record({
    step: constantFrom(...Object.keys(STEPS)),
    pauseMs: constantFrom(0, 0, 3, 10, 30, 60, 120, 200),
  }),
  { minLength: 1, maxLength: 7 },
);

const RUNS = Number(process.env["CHAOS_RUNS"] ?? 20);
const SEED = Number(process.env["CHAOS_SEED"] ?? 20_241);
const LANES = 5;
const DEBOUNCE_MS = 80;

describe.concurrent("whatever happens to a file, what is published was saved as a whole", () => {
  for (let lane = 0; lane < LANES; lane++) {
    test(`seed ${SEED + lane}`, { timeout: 60_000 + RUNS * 2_000 }, async () => {
      await assert(
        asyncProperty(sequence, integer({ min: 0, max: 1 }), async (steps, polls) => {
          await using place = await makePlace();
          await place.prepare("start");
          await place.prepare("end");
          await place.run('mkdir d; cp "$stage/start" d/agents.yaml');
          await using followed = await follow(join(place.root, "d/agents.yaml"), {
            debounceMs: DEBOUNCE_MS,
            files: { pollMs: polls === 1 ? 300 : 1_000 },
          });
          for (const at of steps.keys()) await place.prepare(`step${at}`);
          await place.run(scriptOf(steps));
          await followed.reaches(content("end").meaning);
          const { meanings, revisions, events, registry } = followed;
          expect(meanings.filter((meaning) => !isOneContent(meaning))).toEqual([]);
          expect(revisions).toEqual(revisions.map((_, at) => at + 1));
          const applied = events.filter(({ type }) => type === "applied");
          expect(applied.map(({ revision }) => revision)).toEqual(revisions.slice(1));
          await registry.reload();
          expect(meanings.at(-1)).toBe(content("end").meaning);
          expect(registry.status.inSync).toBe(true);
        }),
        { numRuns: Math.ceil(RUNS / LANES), seed: SEED + lane, interruptAfterTimeLimit: 3_600_000 },
      );
    });
  }
});

function scriptOf(steps: readonly { step: string; pauseMs: number }[]): string {
  const lines = steps.map(({ step, pauseMs }, at) => {
    const script = NEEDS_FILE.has(step) ? `${STEPS["overwrite"]}\n${STEPS[step]}` : STEPS[step];
    return `export k=${at} new="$stage/step${at}"\n${script}\nsleep ${pauseMs / 1_000}`;
  });
  return `${lines.join("\n")}\ncp "$stage/end" d/tmp; mv d/tmp d/agents.yaml`;
}

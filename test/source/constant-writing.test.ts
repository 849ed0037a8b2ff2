import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { content, isOneContent } from "./content.ts";
import { follow } from "./followed.ts";
import { until } from "../until.ts";
import { makePlace } from "./writer.ts";

/** Saves without a pause that is as long as the debounce, 3 s long; `$text` is what to save. */
const saving = (save: string, goesOn = "time < $from + 3"): string =>
  `perl -MTime::HiRes=time,sleep -e 'local $/; open F, "<", $ENV{new}; $all = <F>; $| = 1;
    $from = time;
    for ($k = 0; ${goesOn}; $k++) {
      $text = $all; $text =~ s/label: .*/label: between$k/g;
      ${save}
    }
    open O, ">", "tmp"; syswrite O, $all; close O; rename "tmp", "agents.yaml"'`;

const WRITERS: readonly (readonly [string, string])[] = [
  ["in place", `open O, ">", "agents.yaml"; syswrite O, $text; close O; sleep 0.02;`],
  [
    "by rename",
    `open O, ">", "tmp"; syswrite O, $text; close O; rename "tmp", "agents.yaml";
      sleep 0.006;`,
  ],
];

describe("maxWaitMs holds, with whole contents only, while a program saves all the time", () => {
  test.each(WRITERS)("%s", async (_name, save) => {
    await using place = await makePlace();
    const wanted = content("end");
    const env = { new: await place.prepare("end", wanted) };
    await place.prepare("start");
    await place.run('cp "$stage/start" agents.yaml');
    await using followed = await follow(join(place.root, "agents.yaml"), { maxWaitMs: 400 });
    const saved = place.run(saving(save, '!-e "enough" && time < $from + 30'), env);
    // Once every 400 ms, and the time that it takes to catch a whole one.
    const { registry, events, meanings } = followed;
    await until(registry.reload$, () => events.length >= 2 && meanings.length >= 2);
    await place.run("touch enough");
    await saved;
    await followed.reaches(wanted.meaning);
    expect(followed.meanings.length).toBeGreaterThanOrEqual(3);
    expect(followed.meanings.filter((meaning) => !isOneContent(meaning))).toEqual([]);
  });
});

describe.concurrent("no half content is published of a program that", () => {
  const writers: readonly (readonly [string, string])[] = [
    [
      "saves in pieces, again and again",
      `open O, ">", "agents.yaml";
      for (0 .. 3) { syswrite O, substr($text, $_ * 60, $_ < 3 ? 60 : 9999); sleep 0.012 }
      close O; sleep 0.035;`,
    ],
    [
      "empties the file first, and pauses",
      `open O, ">", "agents.yaml"; sleep 0.02;
      syswrite O, $text; close O; sleep 0.03;`,
    ],
    [
      "deletes the file first, and pauses",
      `unlink "agents.yaml"; sleep 0.02;
      open O, ">", "agents.yaml"; syswrite O, $text; close O; sleep 0.03;`,
    ],
    [
      "saves in pieces, and now and then rests",
      `open O, ">", "agents.yaml";
      for (0 .. 9) { syswrite O, substr($text, $_ * 20, $_ < 9 ? 20 : 9999); sleep 0.01 }
      close O; sleep 0.2;`,
    ],
  ];
  test.each(writers)("%s", async (_name, save) => {
    await using place = await makePlace();
    const wanted = content("end");
    const env = { new: await place.prepare("end", wanted) };
    await place.prepare("start");
    await place.run('cp "$stage/start" agents.yaml');
    await using followed = await follow(join(place.root, "agents.yaml"), {
      maxWaitMs: 300,
      debounceMs: 100,
    });
    await place.run(saving(save), env);
    await followed.reaches(wanted.meaning, 8_000);
    expect(followed.meanings.filter((meaning) => !isOneContent(meaning))).toEqual([]);
  });

  const halves: readonly (readonly [string, number, number])[] = [
    ["pauses 1 s inside a line", 1, 50],
    ["pauses 20 ms between two agents, without a quiet time", 0.02, 0],
  ];
  test.each(halves)("%s", async (_name, pause, debounceMs) => {
    await using place = await makePlace();
    await place.prepare("start");
    await place.run('cp "$stage/start" agents.yaml');
    await using followed = await follow(join(place.root, "agents.yaml"), { debounceMs });
    const torn: string[] = [];
    for (const round of ["round1", "round2", "round3"]) {
      const before = followed.meanings.length;
      const { text, meaning } = content(round);
      const cut = debounceMs > 0 ? text.length / 2 - 3 : text.indexOf("  a4:");
      await place.prepare(round);
      const paused = await place.run(
        `perl -MTime::HiRes=time,sleep -e 'local $/; open F, "<", "$ENV{stage}/${round}"; $all = <F>;
        open O, ">", "agents.yaml"; syswrite O, substr($all, 0, ${cut}); $from = time;
        sleep ${pause}; syswrite O, substr($all, ${cut}); print time - $from'`,
      );
      await followed.reaches(meaning);
      // A busy machine lets a program rest for longer than it asked, and than is promised here.
      if (debounceMs === 0 && Number(paused) > 0.04) continue;
      torn.push(...followed.meanings.slice(before).filter((one) => !isOneContent(one)));
    }
    expect(torn).toEqual([]);
    expect(followed.events.map(({ type }) => type)).not.toContain("rejected");
  });

  test("writes 1 MB in small pieces", async () => {
    await using place = await makePlace();
    const many = 20_000;
    await place.prepare("start", content("start", many));
    await place.run('cp "$stage/start" agents.yaml');
    await using followed = await follow(join(place.root, "agents.yaml"), { maxWaitMs: 300 });
    for (const round of ["round1", "round2", "round3"]) {
      await place.prepare(round, content(round, many));
      await place.run(`dd if="$stage/${round}" of=agents.yaml bs=512 status=none`);
      await followed.reaches(content(round, many).meaning);
    }
    expect(followed.meanings.length).toBe(4);
  });
});

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { content } from "./content.ts";
import { follow } from "./followed.ts";
import { runChild } from "./runtime-child.ts";
import { makePlace } from "./writer.ts";

const LIMITS = "/proc/sys/user";
/** Whether limits on watches can be set for one process, in a user namespace of its own. */
const canLimit =
  spawnSync("unshare", ["-Ur", "sh", "-c", `echo 9 > ${LIMITS}/max_inotify_watches`]).status === 0;

/** Why the system may refuse a watch: the setting that makes it, and the error it then gives. */
const REFUSALS = [
  ["max_inotify_watches", /ENOSPC/],
  ["max_inotify_instances", /EMFILE/],
] as const;

describe.skipIf(!canLimit)("fileSource polls, says so, and goes back to events, when", () => {
  for (const [limit, code] of REFUSALS) {
    test(`${limit} is used up`, async () => {
      await using place = await makePlace();
      const file = join(place.root, "agents.yaml");
      await place.prepare("round0");
      await place.run('cp "$stage/round0" agents.yaml');
      using child = runChild(
        `
        const { writeFileSync } = await import("node:fs");
        const f = await follow(file, { files: { pollMs: 200 } });
        f.registry.snapshot$.subscribe(({ revision }) => say("revision", revision));
        await f.is("polling", ({ watching }) => watching === "polling");
        say("polling", f.registry.status.issues.map(({ code, message }) => code + ": " + message));
        await new Promise((resolve) => process.once("SIGUSR2", resolve));
        writeFileSync("${LIMITS}/${limit}", "1000");
        await f.is("events", ({ watching }) => watching === "events");
        say("events", f.registry.status.issues.length);
        await f.registry.close();
        say("closed", JSON.stringify(handles()));
        `,
        file,
        `exec unshare -Ur sh -c 'echo 0 > ${LIMITS}/${limit}; exec "$@"' sh "$@"`,
      );
      const line = await child.line("polling");
      expect(line).toMatch(/watch-failed/);
      expect(line).toMatch(code);
      await place.prepare("round1");
      await place.run('cat "$stage/round1" > agents.yaml');
      expect(await child.line("revision 2")).toBe("revision 2");
      await place.run(`kill -USR2 ${child.process.pid}`);
      expect(await child.line("events")).toBe("events 0");
      expect(JSON.parse((await child.line("closed")).slice(7))).toMatchObject({ watches: 0 });
      expect(await child.ended()).toBe(0);
    });
  }
});

test("fileSource polls and says so where the file system is silent, until it speaks", async () => {
  await using place = await makePlace();
  const file = join(place.root, "agents.yaml");
  await place.prepare("round0");
  // A hard link's other name is written to without an event, as a file on a network is.
  await place.run('cp "$stage/round0" agents.yaml; mkdir elsewhere; ln agents.yaml elsewhere/link');
  await using followed = await follow(file, { files: { pollMs: 200 } });
  expect(followed.registry.status.watching).toBe("events");
  await place.prepare("round1");
  // Not before what the setting up has caused is over.
  await place.run('sleep 1.2; cat "$stage/round1" > elsewhere/link');
  await followed.reaches(content("round1").meaning);
  await followed.is(
    "polling",
    ({ watching, issues }) =>
      watching === "polling" && issues.some(({ code }) => code === "watch-failed"),
  );
  await place.prepare("round2");
  await place.run('cat "$stage/round2" > elsewhere/link');
  await followed.reaches(content("round2").meaning);
  await place.prepare("round3");
  // An event shows that there are events after all, as soon as one comes while it is watched.
  await place.run(
    'for k in 1 2 3 4 5 6; do touch other; sleep 0.15; done; cp "$stage/round3" t; mv t agents.yaml',
  );
  await followed.reaches(content("round3").meaning);
  await followed.is(
    "events",
    ({ watching, issues }) => watching === "events" && issues.length === 0,
  );
});

test("fileSource finds changes by polling alone with watchMode poll, and says so", async () => {
  await using place = await makePlace();
  const file = join(place.root, "agents.yaml");
  await place.prepare("round0");
  await place.run('cp "$stage/round0" agents.yaml');
  await using followed = await follow(file, { files: { watchMode: "poll", pollMs: 100 } });
  await followed.is("polling", ({ watching }) => watching === "polling");
  for (const round of ["round1", "round2", "round3"]) {
    await place.prepare(round);
    await place.run(`cp "$stage/${round}" t; touch -d 2001-01-01 t; mv t agents.yaml`);
    await followed.reaches(content(round).meaning);
  }
  expect(followed.revisions).toEqual([1, 2, 3, 4]);
  expect(followed.registry.status.issues).toEqual([]);
});

describe("fileSource finds what happened while its process", () => {
  test("was stopped, though the queue of events overflowed", async () => {
    await using place = await makePlace();
    const file = join(place.root, "agents.yaml");
    await place.prepare("round0");
    await place.run('cp "$stage/round0" agents.yaml');
    using child = runChild(
      `
      const f = await follow(file, { files: { pollMs: 2000 } });
      f.registry.snapshot$.subscribe(({ revision }) => say("revision", revision));
      process.once("SIGUSR2", () => void f.registry.close());
      say("open");
      `,
      file,
    );
    await child.line("open");
    for (let round = 1; round <= 3; round++) {
      await place.prepare(`round${round}`);
      await place.run(`kill -STOP ${child.process.pid}
        perl -e 'for (1 .. 20000) { open O, ">", "sibling"; close O; unlink "sibling" if $_ % 4 == 0 }'
        cat "$stage/round${round}" > agents.yaml
        kill -CONT ${child.process.pid}`);
      expect(await child.line(`revision ${round + 1}`)).toBe(`revision ${round + 1}`);
    }
    await place.run(`kill -USR2 ${child.process.pid}`);
    expect(await child.ended()).toBe(0);
  }, 60_000);
});

import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { runChild } from "./runtime-child.ts";
import { makePlace } from "./writer.ts";

const onDeno = process.env["EXPECT_RUNTIME"] === "deno";

// Deno's watcher blocks on a FIFO. One that is gone before a poll can see it blocks it forever, and the
// process does not end by itself. Elsewhere the table of changes has this one.
test.skipIf(!onDeno)(
  "fileSource polls on after a FIFO has stopped Deno's watcher, and blocks nothing",
  async () => {
    await using place = await makePlace();
    await place.prepare("round0");
    await place.run('cp "$stage/round0" agents.yaml');
    using child = runChild(
      `
      const f = await follow(file, { files: { pollMs: 200 } });
      f.registry.snapshot$.subscribe(({ revision }) => say("revision", revision));
      `,
      join(place.root, "agents.yaml"),
    );
    await child.line("revision 1");
    for (let round = 1; round <= 3; round++) {
      await place.prepare(`round${round}`);
      await place.run(`rm agents.yaml; mkfifo agents.yaml; sleep 0.3
        rm agents.yaml; sleep 1.2; cp "$stage/round${round}" agents.yaml`);
      expect(await child.line(`revision ${round + 1}`)).toBe(`revision ${round + 1}`);
    }
    await place.prepare("round4");
    await place.run('sleep 1; cp "$stage/round4" agents.yaml');
    expect(await child.line("revision 5")).toBe("revision 5");
  },
  60_000,
);

test("fileSource follows a file beside a FIFO, ends, and says how it watches", async () => {
  await using place = await makePlace();
  await place.prepare("round0");
  await place.run('mkfifo log.fifo; cp "$stage/round0" agents.yaml');
  using child = runChild(
    `
    const f = await follow(file, { files: { pollMs: 200 } });
    f.registry.snapshot$.subscribe(({ revision }) => say("revision", revision));
    await f.is("watching", ({ watching }) => watching === "${onDeno ? "polling" : "events"}");
    say(f.registry.status.watching, f.registry.status.issues.map(({ message }) => message));
    process.once("SIGUSR2", () => void f.registry.close());
    `,
    join(place.root, "agents.yaml"),
  );
  expect(await child.line(onDeno ? "polling" : "events")).toMatch(
    onDeno ? /contains a FIFO/ : /^events $/,
  );
  await place.prepare("round1");
  await place.run('cp "$stage/round1" agents.yaml');
  expect(await child.line("revision 2")).toBe("revision 2");
  await place.run(`kill -USR2 ${child.process.pid}`);
  expect(await child.ended()).toBe(0);
});

test.each([["while it is there", ":"], ["after it is gone", "rm log.fifo; sleep 0.5"]])(
  "fileSource follows a file, and ends, though a FIFO is made beside it: %s",
  async (_when, before) => {
    await using place = await makePlace();
    await place.prepare("round0");
    await place.run('cp "$stage/round0" agents.yaml');
    using child = runChild(
      `
      const f = await follow(file, { files: { pollMs: 200 } });
      f.registry.snapshot$.subscribe(({ revision }) => say("revision", revision));
      f.registry.status$.subscribe(({ watching }) => say(watching));
      process.once("SIGUSR2", () => void f.registry.close());
      `,
      join(place.root, "agents.yaml"),
    );
    await child.line("events");
    // Until a poll has seen it.
    await place.run("sleep 0.3; mkfifo log.fifo");
    if (onDeno) await child.line("polling");
    await place.prepare("round1");
    await place.run(`${before}; cp "$stage/round1" agents.yaml`);
    expect(await child.line("revision 2")).toBe("revision 2");
    await place.run(`kill -USR2 ${child.process.pid}`);
    expect(await child.ended()).toBe(0);
  },
);

import { join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { runChild } from "./runtime-child.ts";
import { makePlace } from "./writer.ts";

// Deno's own watcher hangs on a FIFO, and a process that has one then never ends by itself: it gets
// one of its own. Elsewhere the table of changes has this one.
test.skipIf(process.env["EXPECT_RUNTIME"] !== "deno")(
  "fileSource polls on after a FIFO has stopped Deno's watcher, and blocks nothing",
  async () => {
    await using place = await makePlace();
    await place.prepare("round0");
    await place.run('cp "$stage/round0" agents.yaml');
    using child = runChild(
      `
      const f = await follow(file, { files: { pollMs: 200 } });
      f.registry.snapshot$.subscribe(({ revision }) => say("revision", revision));
      f.registry.status$.subscribe(({ watching }) => say(watching));
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
    await child.line("polling");
    await place.prepare("round4");
    await place.run('sleep 1; cp "$stage/round4" agents.yaml');
    expect(await child.line("revision 5")).toBe("revision 5");
  },
);

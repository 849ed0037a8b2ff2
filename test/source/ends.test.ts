import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { runChild } from "./runtime-child.ts";
import { makePlace } from "./writer.ts";

async function placeWithFile() {
  const place = await makePlace();
  await place.prepare("round0");
  await place.run('mkdir a; cp "$stage/round0" a/agents.yaml');
  return { place, file: join(place.root, "a/agents.yaml") };
}

/** Moments at which to close, all in the words of the child. */
const MOMENTS: readonly (readonly [string, string])[] = [
  ["it was open for a while", "const f = await follow(file); await f.registry.close();"],
  [
    "it is being opened",
    `const stop = new AbortController();
    const opening = follow(file, { signal: stop.signal }).catch(() => {});
    stop.abort(); await opening;`,
  ],
  [
    "a file is being read",
    `const f = await follow(file);
    (await import("node:fs")).writeFileSync(file, "agents: {}\\n");
    const reading = f.registry.reload().catch(() => {});
    await f.registry.close(); await reading;`,
  ],
  [
    "watches are being armed anew",
    `const f = await follow(file);
    (await import("node:fs")).renameSync(file.slice(0, -12), file.slice(0, -14) + "/b");
    await new Promise((resolve) => setTimeout(resolve, 4));
    await f.registry.close();`,
  ],
  [
    "a stream of states is left",
    `const states = mod.registryState$(file).subscribe(() => {
      setTimeout(() => states.unsubscribe());
    });`,
  ],
  ["it is stopped, not closed", "const f = await follow(file); await f.registry.stop();"],
  [
    "nobody closes it, with persistent: false",
    "await follow(file, { files: { persistent: false, pollMs: 2000 } });",
  ],
];

describe.concurrent("a process ends by itself when", () => {
  for (const [moment, body] of MOMENTS) {
    test(moment, async () => {
      const { place, file } = await placeWithFile();
      await using _ = place;
      using child = runChild(`${body}; say("done");`, file);
      await child.line("done");
      expect(await child.ended(3_000)).toBe(0);
    });
  }
});

/** As many as show a handle for each; `npm run matrix` tries more. */
const OPENS = process.env["MATRIX_ROUNDS"] === undefined ? 300 : 1_000;

test(`${OPENS} opens and closes, at any moment, leave no handle and no watch`, async () => {
  const { place, file } = await placeWithFile();
  await using _ = place;
  using child = runChild(
    `
    const once = async (k) => {
      const stop = new AbortController();
      const opening = follow(file, { signal: stop.signal }).catch(() => undefined);
      if (k % 2) { for (let turn = 0; turn < k % 40; turn++) await Promise.resolve(); }
      else if (k % 4) await new Promise((resolve) => setTimeout(resolve, k % 9));
      else { const f = await opening; await f.registry.close(); }
      stop.abort(new Error("enough"));
      await opening;
    };
    for (let k = 0; k < 8; k++) await once(k);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = handles();
    for (let k = 0; k < ${OPENS}; k++) await once(k);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const after = handles();
    say("handles", JSON.stringify({ fds: after.fds - before.fds, watches: after.watches }));
    `,
    file,
  );
  const { fds, watches } = JSON.parse((await child.line("handles", 60_000)).slice(8));
  expect(watches).toBe(0);
  // A runtime may keep a handle or two for itself.
  expect(fds).toBeLessThanOrEqual(3);
  expect(await child.ended()).toBe(0);
}, 60_000);

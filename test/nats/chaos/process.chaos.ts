import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Kvm } from "@nats-io/kv";
import { firstValueFrom, timer } from "rxjs";
import { expect } from "vitest";
import { parseManifest } from "../../../src/nats/manifest.ts";
import { sha256 } from "../../../src/nats/sha256.ts";
import { tempDir } from "../../temp-dir.ts";
import { BUCKET, type Publisher, startFollower, startPublisher, stateOf } from "../fleet.ts";
import { startNats } from "../nats-server.ts";
import { natsTest } from "../nats-test.ts";
import { again, LONG, startStorm } from "./storm.ts";

const RACE_SECONDS = LONG ? 600 : 15;
const STALL_SECONDS = 30;

natsTest(`the event loop of a follower stands still for ${STALL_SECONDS} s`, async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect, { editMs: 0 });
  // Another process publishes while this one stands still.
  const file = join(tempDir(), "agents.yaml");
  writeFileSync(file, stateOf("1").text);
  const args = ["--import", "./scripts/typescript-on-node.mjs", "src/cli/main.ts", "publish"];
  const to = ["--once", "--schema", "any", file, "--to", `${server.url}/${BUCKET}`];
  const child = spawn("node", [...args, ...to], { stdio: "inherit" });
  const published = new Promise((resolve) => child.once("exit", resolve));
  const from = Date.now();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_SECONDS * 1_000);
  const until = Date.now();
  expect(await published).toBe(0);
  const bucket = await new Kvm(await server.connect()).open(BUCKET, { allow_direct: false });
  const at = Date.parse(parseManifest((await bucket.get("manifest"))!.string())!.publishedAt);
  expect(at).toBeGreaterThan(from);
  expect(at).toBeLessThan(until);
  await Promise.all(storm.followers.map((follower) => follower.serves("1", 60_000)));
  // The next edit is the second one of the publisher in this process.
  storm.publisher.write("1");
  await storm.calm();
});

natsTest(
  `two publishers race for ${RACE_SECONDS} s: the bucket always holds one whole state`,
  async () => {
    await using server = await startNats();
    // So short that what one has put the other takes for left over, again and again.
    const options = { checkMs: 200, purgeDelayMs: 2_000 };
    await using even = await startPublisher(await server.connect(), options);
    await using odd = await startPublisher(await server.connect(), options);
    await even.published();
    await using follower = await startFollower(await server.connect(), { pollMs: 2_000 });
    const bucket = await new Kvm(await server.connect()).open(BUCKET, { allow_direct: false });
    let looks = 0;
    const published = [0, 0];
    [even, odd].forEach(({ publication }, at) =>
      publication.publish$.subscribe(({ type }) => type === "published" && published[at]!++)
    );
    // Few labels, so that chunks are named, left and named again all the time.
    const edit = (publisher: Publisher, first: number) =>
      again(RACE_SECONDS, async (turn) => {
        publisher.write(String(first + 2 * (turn % 30)), 200);
        await firstValueFrom(timer(Math.random() * 20));
      });
    const look = async (): Promise<void> => {
      const text = (await bucket.get("manifest"))!.string();
      for (const { sha256: hash, chunks } of parseManifest(text)!.documents) {
        const parts = await Promise.all(chunks.map((chunk) => bucket.get(`c.${chunk}`)));
        const missing = parts.some((part) => part?.operation !== "PUT");
        // Chunks may go once the manifest is another, and not before.
        if (missing && (await bucket.get("manifest"))!.string() !== text) continue;
        expect(missing, "a chunk of the present manifest is missing").toBe(false);
        expect(sha256(Buffer.concat(parts.map((part) => part!.value)))).toBe(hash);
        looks++;
      }
    };
    await Promise.all([edit(even, 0), edit(odd, 1), again(RACE_SECONDS, look)]);
    expect(looks).toBeGreaterThan(RACE_SECONDS);
    even.write("1000", 200);
    await even.published(30_000);
    await follower.serves("1000", 30_000, 200);
    expect(follower.labels).not.toContain("a mixture");
    const { length } = follower.labels;
    console.log(`published ${published.join(" and ")}, looked ${looks} times, served ${length}`);
  },
);

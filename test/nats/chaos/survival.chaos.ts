import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { expect } from "vitest";
import { chunksOf, parseManifest } from "../../../src/nats/manifest.ts";
import { sha256 } from "../../../src/nats/sha256.ts";
import { BUCKET, type Publisher, startFollower, startPublisher, stateOf } from "../fleet.ts";
import { freePort, natsTest, startNats } from "../nats-server.ts";
import { layCable } from "./cable.ts";
import { startStorm } from "./storm.ts";

/** How long what takes long goes on: in seconds, or with CHAOS_LONG in minutes. */
const LONG = process.env["CHAOS_LONG"] !== undefined;
const [DOWN_SECONDS, RACE_SECONDS, STALL_SECONDS] = LONG ? [300, 600, 30] : [20, 15, 30];

const AGENTS = 10_000;
/** About 4.5 MB, every part of which changes with the label. */
function writeLarge(publisher: Publisher, label: string): void {
  const pad = Array.from({ length: AGENTS }, (_, at) => `# ${label} ${at} ${"-".repeat(415)}\n`);
  publisher.writeText(stateOf(label, AGENTS).text + pad.join(""));
}

natsTest("kill -9 while nothing happens", async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect, { editMs: 0 });
  for (let times = 0; times < 3; times++) {
    await server.kill("SIGKILL");
    await server.start();
  }
  await storm.calm();
});

natsTest("kill -9 in the middle of publishing, again and again", async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect, { editMs: 5 });
  for (let times = 0; times < 5; times++) {
    await pause(300 + Math.random() * 700);
    await server.kill("SIGKILL");
    await server.start();
  }
  await storm.calm({ orphans: 5 });
});

natsTest("kill -9 in the middle of publishing 4.5 MB", async () => {
  await using server = await startNats();
  const options = { editMs: 1_500, followers: 2, write: writeLarge, agents: AGENTS };
  await using storm = await startStorm(server.connect, options);
  for (let times = 0; times < 3; times++) {
    await pause(1_000 + Math.random() * 1_000);
    await server.kill("SIGKILL");
    await server.start();
  }
  await storm.calm({ orphans: 3 });
});

natsTest(`the server is away for ${DOWN_SECONDS} s`, async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect);
  await server.kill("SIGKILL");
  await pause(DOWN_SECONDS * 1_000);
  await server.start();
  await storm.calm();
});

natsTest("SIGSTOP for 30 s: the server takes connections, and says nothing", async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect);
  server.process.kill("SIGSTOP");
  await pause(30_000);
  server.process.kill("SIGCONT");
  await storm.calm();
});

natsTest("the network is slow, dead for 25 s, cut, and healed, with edits meanwhile", async () => {
  await using server = await startNats();
  await using cable = await layCable(server.port);
  const connections: { close(): Promise<void> }[] = [];
  const far = async () => {
    const options = { reconnectTimeWait: 200, maxReconnectAttempts: -1, pingInterval: 5_000 };
    const connection = await connect({ port: cable.port, ...options });
    connections.push(connection);
    return connection;
  };
  {
    await using storm = await startStorm(far);
    cable.delayMs = 40;
    await pause(3_000);
    cable.dead = true;
    await pause(25_000);
    cable.dead = false;
    cable.cut();
    cable.delayMs = 0;
    for (let times = 0; times < 5; times++) {
      await pause(500);
      cable.cut();
    }
    await storm.calm();
  }
  for (const connection of connections) await connection.close();
});

natsTest("the store is wiped", async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect);
  await pause(1_000);
  await server.kill("SIGKILL");
  rmSync(join(server.store, "jetstream"), { recursive: true });
  await server.start();
  await storm.calm();
});

natsTest("an older store is restored", async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect);
  const backup = mkdtempSync(join(tmpdir(), "agent-registry-backup-"));
  await server.kill("SIGTERM");
  cpSync(server.store, backup, { recursive: true });
  await server.start();
  await pause(3_000);
  await server.kill("SIGKILL");
  rmSync(join(server.store, "jetstream"), { recursive: true });
  cpSync(backup, server.store, { recursive: true });
  rmSync(backup, { recursive: true });
  await server.start();
  await storm.calm({ orphans: storm.followers.length });
});

natsTest("the bucket is deleted, and its manifest and chunks are overwritten", async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect);
  const bucket = await new Kvm(await server.connect()).open(BUCKET);
  for (let times = 0; times < 3; times++) {
    await pause(700);
    await bucket.destroy();
    await pause(700);
    await bucket.put("manifest", "damaged").catch(() => {});
    const entry = await bucket.get("manifest").catch(() => null);
    for (const hash of chunksOf(parseManifest(entry?.string() ?? ""))) {
      await bucket.put(`c.${hash}`, "damaged").catch(() => {});
    }
  }
  await storm.calm();
});

natsTest("chunks are purged while a slow follower reads them", async () => {
  await using server = await startNats();
  await using cable = await layCable(server.port);
  await using storm = await startStorm(server.connect, { editMs: 10, purgeDelayMs: 50 });
  const connection = await connect({ port: cable.port, maxReconnectAttempts: -1 });
  cable.delayMs = 150;
  const slow = await startFollower(connection, { pollMs: 1_000 });
  await pause(10_000);
  await storm.calm({ orphans: 1 }); // the slow one's is none
  const last = storm.followers[0]!.labels.at(-1)!;
  await slow.serves(last, 30_000);
  expect(slow.labels).not.toContain("a mixture");
  await slow.registry.close();
  await connection.close();
});

natsTest(`the event loop of a follower stands still for ${STALL_SECONDS} s`, async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect, { editMs: 0 });
  // Another process publishes while this one stands still.
  const file = join(mkdtempSync(join(tmpdir(), "agent-registry-stall-")), "agents.yaml");
  writeFileSync(file, stateOf("1").text);
  const args = ["--import", "./scripts/typescript-on-node.mjs", "src/cli/main.ts", "publish"];
  const script = 'sleep 2; exec node "$@"';
  const to = ["--once", "--schema", "any", file, "--to", `${server.url}/${BUCKET}`];
  const child = spawn("sh", ["-c", script, "sh", ...args, ...to], { stdio: "inherit" });
  const published = new Promise((resolve) => child.once("exit", resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL_SECONDS * 1_000);
  expect(await published).toBe(0);
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
    await using follower = await startFollower(await server.connect());
    const bucket = await new Kvm(await server.connect()).open(BUCKET, { allow_direct: false });
    const until = performance.now() + RACE_SECONDS * 1_000;
    let looks = 0;
    const edit = async (publisher: Publisher, first: number): Promise<void> => {
      // Few labels, so that chunks are named, left and named again all the time.
      for (let turn = 0; performance.now() < until; turn++) {
        publisher.write(String(first + 2 * (turn % 30)), 200);
        await pause(Math.random() * 20);
      }
    };
    const look = async (): Promise<void> => {
      while (performance.now() < until) {
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
      }
    };
    await Promise.all([edit(even, 0), edit(odd, 1), look()]);
    expect(looks).toBeGreaterThan(RACE_SECONDS);
    even.write("1000", 200);
    await even.published(30_000);
    await follower.serves("1000", 30_000, 200);
    expect(follower.labels).not.toContain("a mixture");
    console.log(`looked ${looks} times, served ${follower.labels.length} states`);
  },
);

natsTest("the leader of a cluster of three is killed while edits go on", async () => {
  const routes = await Promise.all([freePort(), freePort(), freePort()]);
  const all = routes.map((port) => `nats://127.0.0.1:${port}`);
  const servers = await Promise.all(
    all.map((cluster, at) => {
      const args = ["-n", `n${at}`, "--cluster_name", "chaos", "--cluster", cluster];
      return startNats({ args: [...args, "--routes", all.join(",")] });
    }),
  );
  const connections: { close(): Promise<void> }[] = [];
  const any = async () => {
    const list = servers.map(({ port }) => `127.0.0.1:${port}`);
    const options = { reconnectTimeWait: 200, maxReconnectAttempts: -1, pingInterval: 5_000 };
    const connection = await connect({ servers: list, ...options });
    connections.push(connection);
    return connection;
  };
  {
    await using storm = await startStorm(any, { replicas: 3 });
    const { streams } = await jetstreamManager(await any());
    for (let times = 0; times < 3; times++) {
      await pause(1_000);
      const { cluster } = await streams.info(`KV_${BUCKET}`);
      const leader = servers[Number(cluster?.leader?.slice(1))]!;
      await leader.kill("SIGKILL");
      await pause(5_000);
      await leader.start();
    }
    await storm.calm();
  }
  for (const connection of connections) await connection.close();
  for (const server of servers) await server[Symbol.asyncDispose]();
});

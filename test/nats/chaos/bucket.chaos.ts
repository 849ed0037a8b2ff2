import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kvm } from "@nats-io/kv";
import { connect } from "@nats-io/transport-node";
import { chunksOf, parseManifest } from "../../../src/nats/manifest.ts";
import { BUCKET } from "../fleet.ts";
import { startNats } from "../nats-server.ts";
import { natsTest } from "../nats-test.ts";
import { layCable } from "./cable.ts";
import { LONG, startStorm } from "./storm.ts";

natsTest("the store is wiped", async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect);
  await storm.edits(25);
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
  await storm.chunks(50);
  await server.kill("SIGKILL");
  rmSync(join(server.store, "jetstream"), { recursive: true });
  cpSync(backup, server.store, { recursive: true });
  rmSync(backup, { recursive: true });
  await server.start();
  await storm.calm({ orphans: storm.followers.length });
});

natsTest("the bucket is deleted, and its manifest and chunks are overwritten", async () => {
  await using server = await startNats();
  // Edits wait for the deletion: nats-server 2.9 may take the files of a bucket that is made meanwhile.
  await using storm = await startStorm(server.connect, { editMs: 0 });
  const bucket = await new Kvm(await server.connect()).open(BUCKET, { timeout: 60_000 });
  for (let times = 0; times < (LONG ? 30 : 3); times++) {
    await bucket.destroy();
    await storm.edit();
    const chunks = chunksOf(parseManifest((await bucket.get("manifest"))!.string()));
    for (const hash of chunks) await bucket.put(`c.${hash}`, "damaged");
    await bucket.put("manifest", "damaged");
    await storm.edit();
  }
  await storm.calm();
});

natsTest("chunks are purged while slow followers read them", async () => {
  await using server = await startNats();
  await using cable = await layCable(server.port);
  const connections = [await server.connect()]; // the publisher's; all others are slow
  const slow = () => connect({ port: cable.port, maxReconnectAttempts: -1 });
  await using storm = await startStorm(async () => connections.pop() ?? await slow(), {
    editMs: 10,
    purgeDelayMs: 50,
  });
  cable.delayMs = 150;
  await storm.edits(LONG ? 10_000 : 1_000);
  cable.delayMs = 0;
  await storm.calm();
});

import { jetstreamManager } from "@nats-io/jetstream";
import { BUCKET, type Publisher, stateOf } from "../fleet.ts";
import { startCluster } from "../nats-cluster.ts";
import { startNats } from "../nats-server.ts";
import { natsTest } from "../nats-test.ts";
import { lasting, LONG, startStorm } from "./storm.ts";

const DOWN_SECONDS = LONG ? 300 : 20;
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
    await storm.chunks(20 + Math.ceil(Math.random() * 50));
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
    // Of some hundred that an edit takes.
    await storm.chunks(10 + Math.ceil(Math.random() * 50));
    await server.kill("SIGKILL");
    await server.start();
  }
  await storm.calm({ orphans: 3 });
});

natsTest(`the server is away for ${DOWN_SECONDS} s`, async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect);
  await server.kill("SIGKILL");
  await lasting(DOWN_SECONDS);
  await storm.deaf();
  await server.start();
  await storm.calm();
});

natsTest("SIGSTOP: the server takes connections, and says nothing", async () => {
  await using server = await startNats();
  await using storm = await startStorm(server.connect);
  server.process.kill("SIGSTOP");
  await storm.deaf();
  await storm.edits(100);
  server.process.kill("SIGCONT");
  await storm.calm();
});

natsTest("the leader of a cluster of three is killed while edits go on", async () => {
  await using cluster = await startCluster();
  await using storm = await startStorm(cluster.connect, { replicas: 3 });
  const { streams } = await jetstreamManager(await cluster.connect());
  for (let times = 0; times < (LONG ? 10 : 3); times++) {
    await storm.chunks(10);
    const { cluster: { leader } = {} } = await streams.info(`KV_${BUCKET}`);
    const server = cluster.servers[Number(leader?.slice(1))]!;
    await server.kill("SIGKILL");
    // By the two that are left.
    await storm.chunks(10);
    await server.start();
  }
  await storm.calm();
});

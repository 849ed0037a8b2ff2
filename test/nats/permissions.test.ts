import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { jetstreamManager } from "@nats-io/jetstream";
import { expect } from "vitest";
import { tempDir } from "../temp-dir.ts";
import { BUCKET, startFollower, startPublisher } from "./fleet.ts";
import { startNats } from "./nats-server.ts";
import { natsTest } from "./nats-test.ts";

natsTest(
  "the permissions in docs/distributed.md are enough for a follower, and let it write nothing",
  async () => {
    const guide = readFileSync(new URL("../../docs/distributed.md", import.meta.url), "utf8");
    const [users] = /^authorization \{[\s\S]*?^\}/m.exec(guide)!;
    const file = join(tempDir(), "nats.conf");
    writeFileSync(file, users.replace("$PUBLISHER", "p1").replace("$FOLLOWER", "f1"));
    await using server = await startNats({ args: ["-c", file], login: "publisher:p1" });
    await using publisher = await startPublisher(await server.connect());
    await publisher.published();
    const connection = await connect({ port: server.port, user: "follower", pass: "f1" });
    {
      await using follower = await startFollower(connection);
      expect(follower.labels).toEqual(["0"]);
      publisher.write("1");
      await follower.serves("1");
      await follower.is(({ watching, issues }) => watching === "events" && issues.length === 0);
      connection.publish(`$KV.${BUCKET}.manifest`, "{}");
      publisher.write("2");
      await follower.serves("2");
      expect(follower.events.map(({ type }) => type)).toEqual(["applied", "applied"]);
    }
    const { streams } = await jetstreamManager(await server.connect());
    expect((await streams.info(`KV_${BUCKET}`)).state.consumer_count).toBe(0);
    await connection.close();
  },
);

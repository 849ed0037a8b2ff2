import { Kvm } from "@nats-io/kv";
import { jetstreamManager } from "@nats-io/jetstream";
import { describe, expect, test } from "vitest";
import type { SourceDocument } from "../../mod.ts";
import { natsSource } from "../../src/nats/mod.ts";
import { BucketPublisher } from "../../src/nats/publish/bucket-publisher.ts";
import { packDocuments } from "../../src/nats/publish/packed-documents.ts";
import { until } from "../until.ts";
import { BUCKET, largeText, startFollower, startPublisher, stateOf } from "./fleet.ts";
import { type NatsServer, startNats } from "./nats-server.ts";
import { natsTest } from "./nats-test.ts";

/** What a follower is to be shown, without a registry behind it. */
async function put(server: NatsServer, label: string, options: { source?: string } = {}) {
  const settings = {
    bucket: BUCKET,
    source: BUCKET,
    replicas: 1,
    purgeDelayMs: 60_000,
    ...options,
  };
  const documents: SourceDocument[] = [{ path: "a.yaml", content: stateOf(label).text }];
  const publisher = new BucketPublisher(await server.connect(), settings);
  return await publisher.publish(packDocuments(documents));
}

async function bucketOf(server: NatsServer) {
  return await new Kvm(await server.connect()).open(BUCKET, { allow_direct: false });
}

describe("natsSource", () => {
  natsTest("serves what was published, and every edit of it", async () => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect());
    await publisher.published();
    await using follower = await startFollower(await server.connect());
    expect(follower.labels).toEqual(["0"]);
    for (const label of ["1", "2", "3"]) {
      publisher.write(label);
      await follower.serves(label);
    }
    expect(follower.labels).toEqual(["0", "1", "2", "3"]);
    // Nothing was read for nothing.
    expect(follower.events.map(({ type }) => type)).toEqual(["applied", "applied", "applied"]);
  });

  natsTest("fetches the chunks that changed, and no others", async () => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect());
    publisher.writeText(largeText("one"));
    await publisher.published();
    const connection = await server.connect();
    await using follower = await startFollower(connection);
    const { inBytes: all } = connection.stats();
    publisher.writeText(largeText("one").replace("vone", "vtwo"));
    await until(follower.registry.snapshot$, ({ agents }) => "vtwo" === labelIn(agents.get("a0")));
    expect(connection.stats().inBytes - all).toBeLessThan(all / 5);
  });

  natsTest("waits for a bucket that is not there yet, and says so", async () => {
    await using server = await startNats();
    await using follower = await startFollower(await server.connect());
    expect(follower.registry.status.issues[0]).toMatchObject({
      code: "source-failed",
      path: "nats:agents",
      message: "Nothing has been published yet: " +
        "agent-registry publish or publishRegistry makes the bucket and fills it",
    });
    const { issues } = await follower.is(({ watching }) => watching === "polling");
    expect(issues.at(-1)?.message).toBe(
      "The bucket cannot be watched: there is no such bucket",
    );
    await put(server, "1");
    await follower.serves("1", 20_000);
    await follower.is(({ watching, inSync }) => watching === "events" && inSync);
  });

  natsTest("refuses an older state of the same source, and takes one of another", async () => {
    await using server = await startNats();
    await put(server, "1");
    const bucket = await bucketOf(server);
    const old = (await bucket.get("manifest"))!.string();
    await put(server, "2");
    await using follower = await startFollower(await server.connect());
    await bucket.put("manifest", old);
    const { issues } = await follower.is(({ inSync }) => !inSync);
    expect(issues[0]?.message).toMatch(
      /^The bucket holds an older state \(\d+\) of "agents" than was read before \(\d+\)$/,
    );
    await bucket.put("manifest", JSON.stringify({ ...JSON.parse(old), source: "another" }));
    await follower.serves("1");
    expect(follower.labels).toEqual(["2", "1"]);
  });

  natsTest(
    "keeps what is good while a chunk is damaged or missing, and reads it once it is mended",
    async () => {
      await using server = await startNats();
      await put(server, "1");
      await using follower = await startFollower(await server.connect());
      const bucket = await bucketOf(server);
      const good = stateOf("2").text;
      const { documents: [document] } = packDocuments([{ path: "a.yaml", content: good }]);
      const key = `c.${document!.chunks[0]}`;
      await bucket.put(key, good.replace("v2", "v3"));
      const manifest = {
        seq: Date.now() * 2,
        source: BUCKET,
        publishedAt: "",
        documents: [document],
      };
      await bucket.put("manifest", JSON.stringify(manifest));
      expect((await follower.is(({ inSync }) => !inSync)).issues[0]?.message).toMatch(
        /is damaged$/,
      );
      await bucket.purge(key);
      await follower.is(({ issues }) =>
        /is missing from the bucket$/.test(issues[0]?.message ?? "")
      );
      await bucket.put(key, good);
      await follower.serves("2");
      expect(follower.labels).toEqual(["1", "2"]);
    },
  );

  natsTest("refuses what is no manifest, what belies its hash, and what is too large", async () => {
    await using server = await startNats();
    await put(server, "1");
    await using follower = await startFollower(await server.connect(), { maxBytes: 1_000 });
    const bucket = await bucketOf(server);
    const manifest = JSON.parse((await bucket.get("manifest"))!.string());
    const isNow = (message: RegExp) =>
      follower.is(({ issues }) => message.test(issues[0]?.message ?? ""));
    const write = (changes: object) =>
      bucket.put(
        "manifest",
        JSON.stringify({
          ...manifest,
          seq: manifest.seq * 2,
          documents: [{ ...manifest.documents[0], ...changes }],
        }),
      );
    await bucket.put("manifest", "{");
    await isNow(/^The key "manifest" holds no manifest$/);
    await write({ sha256: "0".repeat(64) });
    await isNow(/^The chunks of "a\.yaml" are not what the manifest says$/);
    await write({
      sha256: "0".repeat(64),
      chunks: Array(50).fill(manifest.documents[0].chunks[0]),
    });
    await isNow(/^The chunks of "a\.yaml" are not/);
    await write({ bytes: 1_001 });
    await isNow(/^The documents have 1001 bytes, more than maxBytes \(1000\)$/);
    await bucket.delete("manifest");
    await isNow(/^Nothing has been published/);
    expect(follower.labels).toEqual(["1"]);
  });

  natsTest("leaves no consumer behind, and the connection open", async () => {
    await using server = await startNats();
    await put(server, "1");
    const manager = await jetstreamManager(await server.connect());
    const consumers = async () => (await manager.streams.info(`KV_${BUCKET}`)).state.consumer_count;
    const connection = await server.connect();
    for (let turn = 0; turn < 3; turn++) {
      await using follower = await startFollower(connection);
      await put(server, `${turn}`);
      await follower.serves(`${turn}`);
      expect(await consumers()).toBe(1);
      await follower.registry.stop();
      expect(await consumers()).toBe(0);
      await follower.registry.start();
    }
    expect(await consumers()).toBe(0);
    expect(connection.isClosed()).toBe(false);
  });

  natsTest("says when the connection is lost, and reads what it missed", async () => {
    await using server = await startNats();
    await put(server, "1");
    await using follower = await startFollower(await server.connect());
    await server.kill("SIGKILL");
    const { issues } = await follower.is(({ watching }) => watching === "polling");
    expect(issues[0]).toMatchObject({ code: "watch-failed", severity: "warning" });
    expect(follower.registry.snapshot.agents.size).toBe(8);
    await server.start();
    await put(server, "2");
    await follower.serves("2");
    await follower.is(({ watching, issues }) => watching === "events" && issues.length === 0);
  });

  natsTest("says when the connection is closed", async () => {
    await using server = await startNats();
    await put(server, "1");
    const connection = await server.connect();
    await using follower = await startFollower(connection);
    await connection.close();
    await follower.is(({ issues }) => /is closed/.test(issues[0]?.message ?? ""));
    await using late = await startFollower(connection);
    await late.is(({ issues }) => /is closed/.test(issues.at(-1)?.message ?? ""));
  });

  natsTest("finds by looking what its watch has missed, and watches anew", async () => {
    await using server = await startNats();
    await put(server, "1");
    const manager = await jetstreamManager(await server.connect());
    await using follower = await startFollower(await server.connect(), { pollMs: 300 });
    const [consumer] = await manager.consumers.list(`KV_${BUCKET}`).next();
    await manager.consumers.delete(`KV_${BUCKET}`, consumer!.name);
    await put(server, "2");
    await follower.serves("2");
    await until(follower.registry.status$, () => true);
    await expect.poll(async () => (await manager.consumers.list(`KV_${BUCKET}`).next()).length)
      .toBe(1);
  });
});

describe("natsSource options", () => {
  const connection = {} as Parameters<typeof natsSource>[0];
  test.each([
    [{ bucket: "a.b" }, TypeError, 'Expected bucket to be letters, digits, "-" and "_", got "a.b"'],
    [{ bucket: "" }, TypeError, 'got ""'],
    [{ bucket: BUCKET, pollMs: 0 }, RangeError, "Expected pollMs to be more than 0"],
    [{ bucket: BUCKET, pollMs: "1" as never }, TypeError, "Expected pollMs to be a number"],
    [{ bucket: BUCKET, maxBytes: -1 }, RangeError, "Expected maxBytes to be more than 0, got -1"],
  ])("%j is refused at once", (options, type, message) => {
    const call = () => natsSource(connection, options);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});

function labelIn(agent: unknown): unknown {
  return (agent as { label?: unknown } | undefined)?.label;
}

import { Kvm } from "@nats-io/kv";
import { describe, expect, test } from "vitest";
import { type Manifest, parseManifest } from "../../src/nats/manifest.ts";
import { publishRegistry } from "../../src/nats/mod.ts";
import { sha256 } from "../../src/nats/sha256.ts";
import { until } from "../until.ts";
import { BUCKET, largeText, startFollower, startPublisher, stateOf } from "./fleet.ts";
import { type NatsServer, startNats } from "./nats-server.ts";
import { natsTest } from "./nats-test.ts";

async function bucketOf(server: NatsServer) {
  const bucket = await new Kvm(await server.connect()).open(BUCKET, { allow_direct: false });
  const keys = async (filter: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const key of await bucket.keys(filter)) found.push(key);
    return found;
  };
  const manifest = async (): Promise<Manifest> =>
    parseManifest((await bucket.get("manifest"))!.string())!;
  return { bucket, keys, manifest };
}

describe("publishRegistry", () => {
  natsTest("puts documents as chunks by their hashes, and a manifest that names them", async () => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect(), { source: "tests" });
    publisher.writeText(largeText("1"));
    await publisher.published();
    const { bucket, manifest } = await bucketOf(server);
    const { seq, source, publishedAt, documents } = await manifest();
    const text = largeText("1");
    expect(source).toBe("tests");
    expect(Date.now() - seq).toBeLessThan(60_000);
    expect(Date.now() - Date.parse(publishedAt)).toBeLessThan(60_000);
    expect(documents).toMatchObject([
      { path: "a.yaml", bytes: text.length, sha256: sha256(new TextEncoder().encode(text)) },
    ]);
    expect(documents[0]!.chunks.length).toBeGreaterThan(20);
    let joined = "";
    for (const hash of documents[0]!.chunks) {
      const { value } = (await bucket.get(`c.${hash}`))!;
      expect(sha256(value)).toBe(hash);
      joined += new TextDecoder().decode(value);
    }
    expect(joined).toBe(text);
  });

  natsTest("never publishes what was refused, nor a rollback", async () => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect());
    await publisher.published();
    const { manifest } = await bucketOf(server);
    const first = await manifest();
    publisher.writeText("agents: [");
    expect((await publisher.registry.reload()).type).toBe("rejected");
    publisher.write("2");
    await publisher.published();
    await publisher.registry.rollback(1);
    const second = await manifest();
    expect(second.seq).toBeGreaterThan(first.seq);
    expect(second.documents[0]!.sha256).toBe(sha256(new TextEncoder().encode(stateOf("2").text)));
  });

  natsTest("sends only what changed, and nothing for what is there already", async () => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect());
    publisher.writeText(largeText("one"));
    await publisher.published();
    const sent: { chunks: number; bytes: number }[] = [];
    publisher.publication.publish$.subscribe((event) => {
      if (event.type === "published") sent.push(event);
    });
    publisher.writeText(largeText("one").replace("vone", "vtwo"));
    await publisher.published();
    expect(sent.at(-1)!.chunks).toBeLessThanOrEqual(2);
    expect(sent.at(-1)!.bytes).toBeLessThan(sent[0]!.bytes / 5);
    const events = sent.length;
    await publisher.registry.reload();
    await publisher.published();
    expect(sent.length).toBe(events);
  });

  natsTest("starts again where another has left off", async () => {
    await using server = await startNats();
    const { seq } = await (async () => {
      await using publisher = await startPublisher(await server.connect());
      publisher.write("1");
      await publisher.published();
      return await (await bucketOf(server)).manifest();
    })();
    await using follower = await startFollower(await server.connect());
    await using publisher = await startPublisher(await server.connect());
    publisher.write("2");
    await publisher.published();
    await follower.serves("2");
    expect((await (await bucketOf(server)).manifest()).seq).toBeGreaterThan(seq);
  });

  natsTest.each([
    ["the bucket was deleted", (bucket: { destroy(): Promise<boolean> }) => bucket.destroy()],
    [
      "the manifest was deleted",
      (bucket: { delete(key: string): Promise<void> }) => bucket.delete("manifest"),
    ],
    [
      "the manifest was overwritten",
      (bucket: { put(k: string, v: string): Promise<number> }) => bucket.put("manifest", "{}"),
    ],
  ])("publishes again when %s", async (_, harm) => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect(), { checkMs: 200 });
    await publisher.published();
    const { bucket } = await bucketOf(server);
    await harm(bucket as never);
    await until(publisher.publication.publish$, (event) => event.type === "published");
    await using follower = await startFollower(await server.connect(), { pollMs: 200 });
    await follower.serves("0", 15_000);
  });

  natsTest("mends a damaged chunk of what it has published", async () => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect(), { checkMs: 200 });
    await publisher.published();
    const { bucket, keys } = await bucketOf(server);
    const [key] = await keys("c.>");
    await bucket.put(key!, "damaged");
    await using follower = await startFollower(await server.connect());
    await follower.serves("0");
  });

  natsTest(
    "purges chunks that no recent manifest names, and none that is named again",
    async () => {
      await using server = await startNats();
      const options = { checkMs: 50, purgeDelayMs: 400 };
      await using publisher = await startPublisher(await server.connect(), options);
      const { keys, manifest } = await bucketOf(server).catch(() => bucketOf(server));
      await publisher.published();
      const [first] = await keys("c.>");
      for (let label = 1; label <= 9; label++) {
        publisher.write(`${label}`);
        await publisher.published();
      }
      await expect.poll(() => keys("c.>"), { timeout: 10_000 }).not.toContain(first);
      publisher.write("0");
      await publisher.published();
      // A list of keys that is asked for while others come and go may come short.
      await expect.poll(() => keys("c.>"), { timeout: 10_000 }).toContain(first);
      expect((await manifest()).documents[0]!.chunks).toEqual([first!.slice(2)]);
    },
  );

  natsTest("tells that it fails, and goes on when the server is back", async () => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect());
    await publisher.published();
    await server.kill("SIGKILL");
    publisher.write("1");
    await publisher.registry.reload();
    const failed = await until(publisher.publication.publish$, ({ type }) => type === "failed");
    expect(failed).toMatchObject({ type: "failed", revision: 2 });
    await server.start();
    await publisher.published(20_000);
    await using follower = await startFollower(await server.connect());
    expect(follower.labels).toEqual(["1"]);
  });

  natsTest("ends with the registry, or the connection, and closes neither", async () => {
    await using server = await startNats();
    const connection = await server.connect();
    await using publisher = await startPublisher(connection);
    await publisher.published();
    await publisher.publication.close();
    await publisher.publication.close();
    expect(connection.isClosed()).toBe(false);
    expect(publisher.registry.status.watching).toBe("events");

    const closing = publishRegistry(publisher.registry, await server.connect(), { bucket: BUCKET });
    await until(closing.publish$);
    const completed = new Promise<void>((complete) => closing.publish$.subscribe({ complete }));
    await publisher.registry.close();
    await completed;

    const other = await server.connect();
    await using another = await startPublisher(other);
    await another.published();
    await other.close();
    const last = await until(another.publication.publish$, ({ type }) => type === "failed");
    expect(last).toMatchObject({ error: "The connection to NATS is closed" });
  });

  natsTest("says what to do when a manifest is more than the server takes", async () => {
    await using server = await startNats();
    await using publisher = await startPublisher(await server.connect());
    await publisher.published();
    const connection = await server.connect();
    Object.assign(connection.info!, { max_payload: 1_100 });
    publisher.writeText(largeText("1"));
    await publisher.registry.reload();
    await using publication = publishRegistry(publisher.registry, connection, { bucket: BUCKET });
    const { error } = await until(publication.publish$, ({ type }) => type === "failed") as {
      error: string;
    };
    expect(error).toMatch(
      /^The manifest of 1 documents has \d+ bytes, the server takes 1100: raise its max_payload/,
    );
  });
});

describe("publishRegistry options", () => {
  test.each([
    [{ bucket: "a b" }, TypeError, 'Expected bucket to be letters, digits, "-" and "_", got "a b"'],
    [{ bucket: BUCKET, replicas: 6 }, RangeError, "Expected replicas to be 1 to 5, got 6"],
    [{ bucket: BUCKET, checkMs: -1 }, RangeError, "Expected checkMs to be more than 0"],
    [{ bucket: BUCKET, purgeDelayMs: NaN }, RangeError, "Expected purgeDelayMs to be more than 0"],
  ])("%j is refused at once", (options, type, message) => {
    const call = () => publishRegistry({} as never, {} as never, options);
    expect(call).toThrow(type);
    expect(call).toThrow(message);
  });
});

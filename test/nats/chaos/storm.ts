import { jetstreamManager } from "@nats-io/jetstream";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { expect } from "vitest";
import { BUCKET, type Follower, type Publisher, startFollower, startPublisher } from "../fleet.ts";

const LONG = process.env["CHAOS_LONG"] !== undefined;

/** Some who follow, one who publishes, and edits that go on whatever happens. */
export interface Storm extends AsyncDisposable {
  readonly publisher: Publisher;
  readonly followers: readonly Follower[];
  /** Ends the edits, makes a last one, and checks that all come to it without a step back or a mixture. */
  calm(options?: CalmOptions): Promise<void>;
}

/** What is expected of a storm when it is over. */
export interface CalmOptions {
  /** @default 90_000 */
  readonly withinMs?: number;
  /**
   * How many consumers may be left that nobody knows of: of a store that was restored, or made by a server
   * that was killed before it said so. The server removes them after five minutes, which the long form waits for.
   * @default 0
   */
  readonly orphans?: number;
}

/** How much happens. */
export interface StormOptions {
  readonly followers?: number;
  /** Between two edits, in milliseconds; 0 for no edits. */
  readonly editMs?: number;
  readonly purgeDelayMs?: number;
  /** Writes one state. @default one of eight agents */
  readonly write?: (publisher: Publisher, label: string) => void;
  readonly agents?: number;
  readonly replicas?: number;
}

/** Lets it begin, with everybody at the state `0`. */
export async function startStorm(
  connect: () => Promise<NatsConnection>,
  options: StormOptions = {},
): Promise<Storm> {
  const { followers: count = 4, editMs = 40, agents, replicas = 1, purgeDelayMs = 60_000 } =
    options;
  const write = options.write ?? ((publisher, label) => publisher.write(label));
  const settings = { checkMs: 1_000, purgeDelayMs, replicas };
  const publisher = await startPublisher(await connect(), settings);
  write(publisher, "0");
  await publisher.published(30_000);
  const followers: Follower[] = [];
  for (let at = 0; at < count; at++) {
    followers.push(await startFollower(await connect(), { pollMs: 2_000 }));
  }
  for (const follower of followers) await follower.serves("0", 30_000, agents);

  let label = 0;
  let going = editMs > 0;
  const edits = (async () => {
    while (going) {
      write(publisher, String(++label));
      await pause(editMs);
    }
  })();
  return {
    publisher,
    followers,
    async calm({ withinMs = 90_000, orphans = 0 } = {}) {
      going = false;
      await edits;
      write(publisher, String(++label));
      const last = String(label);
      await Promise.all(followers.map((follower) => follower.serves(last, withinMs, agents)));
      for (const { labels } of followers) {
        expect(labels).not.toContain("a mixture");
        expect(labels).toEqual([...labels].sort((a, b) => Number(a) - Number(b)));
        expect(labels.at(-1)).toBe(last);
      }
      for (const { is } of followers) {
        await is(({ watching, inSync }) => watching === "events" && inSync, withinMs);
      }
      const connection = await connect();
      const { streams } = await jetstreamManager(connection);
      const consumers = async () => (await streams.info(`KV_${BUCKET}`)).state.consumer_count;
      const most = followers.length + orphans;
      await expect.poll(consumers, { timeout: 15_000 }).toBeLessThanOrEqual(most);
      expect(await consumers()).toBeGreaterThanOrEqual(followers.length);
      await Promise.all(followers.map(({ registry }) => registry.close()));
      const timeout = LONG ? 330_000 : 15_000;
      await expect.poll(consumers, { timeout }).toBeLessThanOrEqual(LONG ? 0 : orphans);
    },
    async [Symbol.asyncDispose]() {
      going = false;
      await edits;
      await publisher[Symbol.asyncDispose]();
      await Promise.all(followers.map(({ registry }) => registry.close()));
    },
  };
}

import { jetstreamManager } from "@nats-io/jetstream";
import process from "node:process";
import type { NatsConnection } from "@nats-io/transport-node";
import {
  exhaustMap,
  firstValueFrom,
  ignoreElements,
  interval,
  lastValueFrom,
  Observable,
  share,
  Subscription,
  take,
  takeUntil,
  tap,
  timeout,
  timer,
} from "rxjs";
import { expect } from "vitest";
import { BUCKET, type Follower, type Publisher, startFollower, startPublisher } from "../fleet.ts";

/** Whether what takes long takes as long as it may. */
export const LONG: boolean = process.env["CHAOS_LONG"] !== undefined;

/** Some who follow, one who publishes, and edits that go on whatever happens. */
export interface Storm extends AsyncDisposable {
  readonly publisher: Publisher;
  readonly followers: readonly Follower[];
  /** Makes an edit, and resolves when it is published: for a storm without edits of its own. */
  edit(): Promise<void>;
  /** Resolves after so many more edits. */
  edits(count: number): Promise<void>;
  /** Resolves when so many more chunks went to the server: in the middle of publishing. */
  chunks(count: number): Promise<void>;
  /** Resolves when every follower says that it no longer hears of changes. */
  deaf(): Promise<void>;
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
  const chunk$ = chunksGoingBy$(await connect());

  let label = 0;
  const edit$ = interval(editMs).pipe(tap(() => write(publisher, String(++label))), share());
  const editing = editMs > 0 ? edit$.subscribe() : Subscription.EMPTY;
  return {
    publisher,
    followers,
    async edit() {
      write(publisher, String(++label));
      await publisher.published(60_000);
    },
    edits: (count) => nth(edit$, count),
    chunks: (count) => nth(chunk$, count),
    async deaf() {
      for (const { is } of followers) await is(({ watching }) => watching === "polling", 90_000);
    },
    async calm({ withinMs = 90_000, orphans = 0 } = {}) {
      editing.unsubscribe();
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
      const manager = await jetstreamManager(await connect());
      // Counted one by one: after a change of leader nats-server 2.9 adds some to `consumer_count`.
      const consumers = async () => {
        const names: string[] = [];
        for await (const { name } of manager.consumers.list(`KV_${BUCKET}`)) names.push(name);
        return names.length;
      };
      const most = followers.length + orphans;
      // One that a server took with it is missed, and made anew, after two heartbeats.
      await expect.poll(consumers, { timeout: 90_000 }).toSatisfy((count: number) =>
        followers.length <= count && count <= most
      );
      await Promise.all(followers.map(({ registry }) => registry.close()));
      const timeout = LONG ? 330_000 : 15_000;
      await expect.poll(consumers, { timeout }).toBeLessThanOrEqual(LONG ? 0 : orphans);
    },
    async [Symbol.asyncDispose]() {
      editing.unsubscribe();
      await publisher[Symbol.asyncDispose]();
      await Promise.all(followers.map(({ registry }) => registry.close()));
    },
  };
}

/** Resolves after so many seconds: for what is to last so long, never for what is to come about. */
export function lasting(seconds: number): Promise<unknown> {
  return firstValueFrom(timer(seconds * 1_000));
}

/** Does something again and again, each time when the last has come about, for so many seconds. */
export async function again(seconds: number, work: (turn: number) => Promise<void>): Promise<void> {
  const turn$ = interval(0).pipe(exhaustMap(work), takeUntil(timer(seconds * 1_000)));
  await lastValueFrom(turn$.pipe(ignoreElements()), { defaultValue: undefined });
}

async function nth(source: Observable<unknown>, count: number): Promise<void> {
  await lastValueFrom(source.pipe(take(count), timeout({ first: 60_000 })));
}

/** Every chunk that a publisher sends, as it goes by. */
function chunksGoingBy$(connection: NatsConnection): Observable<void> {
  return new Observable<void>((subscriber) => {
    const callback = (): void => subscriber.next();
    const subscription = connection.subscribe(`$KV.${BUCKET}.c.>`, { callback });
    return () => subscription.unsubscribe();
  });
}

// Many followers in one process, of which `fan-out.ts` starts several. Each has a connection of its own. They
// connect, and then follow, when a line comes in; every step and every edit that all have is a line out.
import process from "node:process";
import { createInterface } from "node:readline";
import { Kvm } from "@nats-io/kv";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { concatMap, distinctUntilChanged, filter, from, map, mergeMap, Observable } from "rxjs";
import { openRegistry } from "../../mod.ts";
import { natsSource } from "../../src/nats/mod.ts";
import { BUCKET, EDITED, type Following, KEY, type Line } from "./lines.ts";

const servers = process.env["FOLLOW_SERVERS"]!.split(",");
const count = Number(process.env["FOLLOW_COUNT"]);
const following = process.env["FOLLOWING"] as Following;

/** How many connect or begin to follow at a time, as if they were on machines of their own. */
const AT_ONCE = 8;
const options = { bucket: BUCKET, pollMs: 1_000_000 };

const command = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const connections: NatsConnection[] = [];
await eachOf(Array.from({ length: count }), async () => {
  connections.push(
    await connect({ servers: [...servers], maxReconnectAttempts: -1, pingInterval: 10_000 }),
  );
});
print({ step: "connected" });
await command.next();

let waiting = count;
let at: bigint[] = [];
await eachOf(connections, (connection) => {
  return new Promise<void>((follows, reject) => {
    let first = true;
    changesOf(connection).subscribe({
      next: () => {
        if (first) follows();
        else note();
        first = false;
      },
      error: reject,
    });
  });
});
print({ step: "following" });
await command.next();
await Promise.all(connections.map((connection) => connection.close()));
process.exit();

function note(): void {
  at.push(process.hrtime.bigint());
  if (--waiting > 0) return;
  const { user, system } = process.cpuUsage();
  const inBytes = connections.reduce((sum, connection) => sum + connection.stats().inBytes, 0);
  const cpuMs = (user + system) / 1_000;
  print({ step: "edited", at: at.map(String), inBytes, cpuMs });
  waiting = count;
  at = [];
}

/** Emits for what is there, and then for every edit. */
function changesOf(connection: NatsConnection): Observable<unknown> {
  switch (following) {
    case "key":
      return watched(connection);
    case "source": {
      const source = natsSource(connection, options);
      return source.change$.pipe(
        filter(({ type }) => type === "changed"),
        concatMap(() => source.read({ quietMs: 0 })),
        map(({ documents }) => documents[0]),
        filter((document) => document !== undefined),
        distinctUntilChanged(),
      );
    }
    case "registry": {
      const settings = { debounceMs: 0, logger: false, history: 1 } as const;
      return from(openRegistry(natsSource(connection, options), settings)).pipe(
        concatMap((registry) => registry.agent$(EDITED)),
      );
    }
  }
}

/** What the client itself has for this. */
function watched(connection: NatsConnection): Observable<string> {
  return new Observable((subscriber) => {
    void (async () => {
      const bucket = await new Kvm(connection).open(BUCKET);
      for await (const entry of await bucket.watch({ key: KEY })) subscriber.next(entry.string());
    })().catch((error) => subscriber.error(error));
  });
}

async function eachOf<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  await from(list).pipe(mergeMap(work, AT_ONCE)).forEach(() => {});
}

function print(line: Line): void {
  console.log(JSON.stringify(line));
}

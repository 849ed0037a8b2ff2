// An edit of one of 10,000 agents (4.5 MB), on its way to many followers in four processes: how long until they
// have it, what moves, and what it costs; against the client's own watch of one small key. Linux only.
// npm run bench:nats -- [key] [source] [registry] [--followers 500] [--edits 40] [--cluster]
import process from "node:process";
import { parseArgs } from "node:util";
import { Kvm } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import { memorySource, openRegistry } from "../../mod.ts";
import { publishRegistry } from "../../src/nats/mod.ts";
import { idsOf, registryOf } from "../../test/nats/large-registry.ts";
import { startCluster } from "../../test/nats/nats-cluster.ts";
import { startNats } from "../../test/nats/nats-server.ts";
import { until } from "../../test/until.ts";
import { type FollowerProcess, startFollowers } from "./follower-process.ts";
import { BUCKET, EDITED, type Following, KEY } from "./lines.ts";
import { type ProcessUse, useOf } from "./process-use.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    followers: { type: "string", default: "500" },
    edits: { type: "string", default: "40" },
    cluster: { type: "boolean", default: false },
  },
});
const [followers, edits] = [Number(values.followers), Number(values.edits)];

const PROCESSES = 4;
const AGENTS = 10_000;
/** The first edits, which find everything cold, do not count. */
const WARM_UP = 3;
const KINDS: Readonly<Record<Following, string>> = {
  key: "a small key, `kv.watch`",
  source: "documents, `natsSource`",
  registry: "a snapshot, `openRegistry`",
};

interface Measured {
  /** How long each follower waited for each edit, and the last one of each edit, in milliseconds. */
  readonly each: readonly number[];
  readonly last: readonly number[];
  /** For each follower and edit. */
  readonly bytes: number;
  readonly serverCpuMs: number;
  readonly followerCpuMs: number;
  /** What the servers hold for each follower, in bytes. */
  readonly connection: number;
  readonly consumer: number;
  /** How long all took to connect, and then to begin, in seconds; and the servers' processor time. */
  readonly connectSeconds: number;
  readonly beginSeconds: number;
  readonly beginCpuSeconds: number;
}

/** A publisher of something that can be edited. */
interface Editor extends AsyncDisposable {
  edit(revision: number): void | Promise<unknown>;
}

const rows: [Following, Measured][] = [];
for (
  const kind of positionals.length > 0 ? positionals as Following[] : ["key", "source"] as const
) {
  rows.push([kind, await measure(kind)]);
}
printTables();
process.exit();

async function measure(following: Following): Promise<Measured> {
  await using servers = values.cluster ? await startCluster() : await oneServer();
  const use = (): ProcessUse => {
    const uses = servers.servers.map(({ process: { pid } }) => useOf(pid!));
    const sum = (of: keyof ProcessUse): number => uses.reduce((sum, use) => sum + use[of], 0);
    return { memory: sum("memory"), cpuMs: sum("cpuMs") };
  };
  await using editor = await startEditor(following, await servers.connect());
  const addresses = servers.servers.map(({ port }) => `127.0.0.1:${port}`);

  const before = use();
  const start = performance.now();
  const processes = Array.from(
    { length: PROCESSES },
    () => startFollowers(following, followers / PROCESSES, addresses),
  );
  await all(processes, "connected");
  const connected = use();
  const connectedAt = performance.now();
  const begun = all(processes, "following");
  for (const one of processes) one.go();
  await begun;
  const begunAt = performance.now();
  const followed = use();

  const [each, last]: [number[], number[]] = [[], []];
  let [bytes, followerCpuMs, warm] = [0, 0, followed];
  for (let revision = 1; revision <= WARM_UP + edits; revision++) {
    const edited = all(processes, "edited");
    const from = process.hrtime.bigint();
    await editor.edit(revision);
    const lines = await edited;
    const sum = (of: "inBytes" | "cpuMs"): number => lines.reduce((sum, line) => sum + line[of], 0);
    if (revision <= WARM_UP) {
      [bytes, followerCpuMs, warm] = [sum("inBytes"), sum("cpuMs"), use()];
      continue;
    }
    const waited = lines.flatMap(({ at }) => at.map((ns) => Number(BigInt(ns) - from) / 1e6));
    each.push(...waited);
    last.push(Math.max(...waited));
    if (revision < WARM_UP + edits) continue;
    [bytes, followerCpuMs] = [sum("inBytes") - bytes, sum("cpuMs") - followerCpuMs];
  }
  const times = followers * edits;
  const serverCpuMs = use().cpuMs - warm.cpuMs;
  for (const one of processes) one.go();
  await Promise.all(processes.map(({ ended }) => ended));
  return {
    each,
    last,
    bytes: bytes / times,
    serverCpuMs: serverCpuMs / times,
    followerCpuMs: followerCpuMs / times,
    connection: (connected.memory - before.memory) / followers,
    consumer: (followed.memory - connected.memory) / followers,
    connectSeconds: (connectedAt - start) / 1_000,
    beginSeconds: (begunAt - connectedAt) / 1_000,
    beginCpuSeconds: (followed.cpuMs - connected.cpuMs) / 1_000,
  };
}

async function oneServer() {
  const server = await startNats();
  return {
    servers: [server],
    connect: server.connect,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function startEditor(following: Following, connection: NatsConnection): Promise<Editor> {
  const replicas = values.cluster ? 3 : 1;
  if (following === "key") {
    const bucket = await new Kvm(connection).create(BUCKET, { replicas });
    await bucket.put(KEY, "0");
    return {
      edit: (revision) => bucket.put(KEY, String(revision)),
      async [Symbol.asyncDispose]() {},
    };
  }
  const ids = idsOf(AGENTS);
  const texts = Array.from(
    { length: WARM_UP + edits + 1 },
    (_, revision) => registryOf(ids, new Map([[EDITED, revision]])),
  );
  const source = memorySource({ "agents.yaml": texts[0]! });
  const registry = await openRegistry(source, { debounceMs: 0, logger: false, history: 1 });
  const publication = publishRegistry(registry, connection, { bucket: BUCKET, replicas });
  await until(publication.publish$, ({ type }) => type === "published", 60_000);
  return {
    edit: (revision) => source.write("agents.yaml", texts[revision]!),
    async [Symbol.asyncDispose]() {
      await publication.close();
      await registry.close();
    },
  };
}

async function all<S extends "connected" | "following" | "edited">(
  processes: readonly FollowerProcess[],
  step: S,
) {
  return await Promise.all(processes.map((one) => one.next(step)));
}

function printTables(): void {
  const ms = (value: number): string => `${value.toPrecision(3)} ms`;
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
  const where = values.cluster ? "a cluster of three" : "one server";
  console.log(`${followers} followers in ${PROCESSES} processes, ${edits} edits, ${where}\n`);
  console.log(
    "| what is followed | p50 | p99 | last, p50 | last, p99 | bytes | CPU, server | CPU, follower |",
  );
  console.log("|---|---:|---:|---:|---:|---:|---:|---:|");
  for (const [kind, { each, last, bytes, serverCpuMs, followerCpuMs }] of rows) {
    const times = [at(each, 0.5), at(each, 0.99), at(last, 0.5), at(last, 0.99)].map(ms);
    const costs = [Math.round(bytes), ms(serverCpuMs), ms(followerCpuMs)];
    console.log(`| ${[KINDS[kind], ...times, ...costs].join(" | ")} |`);
  }
  const floor = rows.find(([kind]) => kind === "key")?.[1];
  for (const [kind, { last }] of rows) {
    if (floor === undefined || kind === "key") continue;
    const ratio = at(last, 0.5) / at(floor.last, 0.5);
    console.log(`\n${KINDS[kind]}: the last follower after ${ratio.toFixed(1)} x the floor`);
  }
  console.log(
    "\n| what is followed | a connection | a follower beside it | all connect | all begin |",
  );
  console.log("|---|---:|---:|---:|---:|");
  for (const [kind, { connection, consumer, ...took }] of rows) {
    const connect = `${took.connectSeconds.toFixed(1)} s`;
    const begin = `${took.beginSeconds.toFixed(1)} s, ${took.beginCpuSeconds} s of CPU`;
    console.log(`| ${[KINDS[kind], kib(connection), kib(consumer), connect, begin].join(" | ")} |`);
  }
}

function at(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

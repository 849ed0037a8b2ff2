// How long an edit takes to the last of many followers by way of NATS, and what it moves.
// NATS_FOLLOWERS (500), NATS_EDITS (21) and NATS_PROCESSES (4) are how much of it there is.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Kvm } from "@nats-io/kv";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { memorySource, openRegistry } from "../mod.ts";
import { natsSource, publishRegistry } from "../src/nats/mod.ts";
import { startNats } from "../test/nats/nats-server.ts";
import { until } from "../test/until.ts";
import { idsOf, registryOf } from "./large-registry.ts";

const FOLLOWERS = Number(process.env["NATS_FOLLOWERS"] ?? 500);
const PROCESSES = Number(process.env["NATS_PROCESSES"] ?? 4);
const EDITS = Number(process.env["NATS_EDITS"] ?? 21);
const BUCKET = "agents";
const ids = idsOf(10_000);

type Kind = "source" | "registry" | "floor";

/** What a process of followers says of one edit: when the last had it, and what each has received. */
interface Seen {
  readonly at: readonly number[];
  readonly bytes: number;
}

async function printTable(): Promise<void> {
  console.log("| followed | followers | median | 99 % | last | bytes an edit | server |");
  console.log("|---|---:|---:|---:|---:|---:|---:|");
  for (const [kind, count] of kinds()) {
    await using server = await startNats();
    const connection = await server.connect();
    const idle = memoryOf(server.process.pid!);
    const edit = kind === "floor" ? await smallKey(connection) : await publisher(connection);
    const children = Array.from(
      { length: PROCESSES },
      () => child(kind, server.port, count / PROCESSES),
    );
    await Promise.all(children.map(({ next }) => next()));
    const grown = memoryOf(server.process.pid!) - idle;
    const delays: number[] = [];
    const lasts: number[] = [];
    let bytes = 0;
    for (let turn = 1; turn <= EDITS; turn++) {
      const written = await edit(turn);
      const seen = await Promise.all(children.map(({ next }) => next()));
      const here = seen.flatMap(({ at }) => at.map((time) => time - written));
      delays.push(...here);
      lasts.push(Math.max(...here));
      bytes = seen.reduce((sum, one) => sum + one.bytes, 0) / count;
    }
    for (const { end } of children) end();
    delays.sort((a, b) => a - b);
    const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
    const at = (part: number): string => ms(delays[Math.floor(delays.length * part)]!);
    const last = ms(lasts.sort((a, b) => a - b)[EDITS >> 1]!);
    const cells = [NAMES[kind], count, at(0.5), at(0.99), last, Math.round(bytes)];
    console.log(`| ${[...cells, `+${(grown / 1024 / count).toFixed(0)} KiB each`].join(" | ")} |`);
  }
}

const NAMES: Readonly<Record<Kind, string>> = {
  floor: "plain KV watch of one small key",
  source: "natsSource, read and checked",
  registry: "openRegistry, decoded and served",
};

function kinds(): readonly (readonly [Kind, number])[] {
  // A registry of 10,000 agents is some 30 MB: as many of them as fit into the memory of one machine.
  const registries = Number(process.env["NATS_REGISTRIES"] ?? 100);
  return [["floor", FOLLOWERS], ["source", FOLLOWERS], ["registry", registries]];
}

/** Writes to a key, and gives the time when it was written. */
async function smallKey(connection: NatsConnection): Promise<(turn: number) => Promise<number>> {
  const bucket = await new Kvm(connection).create(BUCKET, { allow_direct: false });
  await bucket.put("manifest", "0");
  return async (turn) => {
    await bucket.put("manifest", `${turn}`);
    return performance.timeOrigin + performance.now();
  };
}

/** Edits one agent and publishes, and gives the time when all of it was written. */
async function publisher(connection: NatsConnection): Promise<(turn: number) => Promise<number>> {
  const source = memorySource({ "agents.yaml": registryOf(ids) });
  const registry = await openRegistry(source, { debounceMs: 0, logger: false });
  const { publish$ } = publishRegistry(registry, connection, { bucket: BUCKET });
  let revision = 0;
  let at = 0;
  publish$.subscribe((event) => {
    // It fails once the connection is closed at the end; before, the bench waits in vain and says so.
    if (event.type !== "published") return;
    revision = event.revision;
    at = performance.timeOrigin + performance.now();
  });
  await until(publish$, () => revision === 1, 60_000);
  return async (turn) => {
    source.write("agents.yaml", registryOf(ids, new Map([[ids[turn * 400]!, turn]])));
    await until(publish$, () => revision === turn + 1, 60_000);
    return at;
  };
}

/** Follows with many connections, and prints a line when all are there, and after each edit. */
async function follow(kind: Kind): Promise<void> {
  const count = Number(process.env["NATS_COUNT"]);
  const connections: NatsConnection[] = [];
  let seen: number[] = [];
  let before = 0;
  const has = (): void => {
    seen.push(performance.timeOrigin + performance.now());
    if (seen.length < count) return;
    const bytes = connections.reduce((sum, connection) => sum + connection.stats().inBytes, 0);
    console.log(JSON.stringify({ at: seen, bytes: bytes - before } satisfies Seen));
    before = bytes;
    seen = [];
  };
  for (let at = 0; at < count; at++) {
    const connection = await connect({ port: Number(process.env["NATS_PORT"]) });
    connections.push(connection);
    await FOLLOW[kind](connection, has);
  }
}

const FOLLOW: Readonly<Record<Kind, (to: NatsConnection, has: () => void) => Promise<void>>> = {
  async floor(connection, has) {
    const bucket = await new Kvm(connection).open(BUCKET);
    const entries = await bucket.watch({ key: "manifest" });
    void (async () => {
      for await (const _ of entries) has();
    })();
  },
  async source(connection, has) {
    const { change$, read } = natsSource(connection, { bucket: BUCKET });
    const readNow = async (): Promise<void> => {
      const { issues } = await until(read({ quietMs: 0 }), () => true, 60_000);
      if (issues.length > 0) throw new Error(issues[0]!.message);
      has();
    };
    await readNow();
    change$.subscribe(({ type }) => void (type === "changed" && readNow()));
  },
  async registry(connection, has) {
    const source = natsSource(connection, { bucket: BUCKET });
    const registry = await openRegistry(source, { debounceMs: 0, history: 1 });
    registry.snapshot$.subscribe(has);
  },
};

function child(kind: Kind, port: number, count: number) {
  const loader = fileURLToPath(new URL("../scripts/typescript-on-node.mjs", import.meta.url));
  const env = { NATS_KIND: kind, NATS_PORT: `${port}`, NATS_COUNT: `${count}` };
  const args = ["--max-old-space-size=6144", "--import", loader, fileURLToPath(import.meta.url)];
  const running = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(running.stdout)[Symbol.asyncIterator]();
  return {
    async next(): Promise<Seen> {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("A process of followers has ended");
      return JSON.parse(value);
    },
    end: () => void running.kill("SIGKILL"),
  };
}

function memoryOf(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
  return Number(kib) * 1024;
}

const kind = process.env["NATS_KIND"] as Kind | undefined;
await (kind === undefined ? printTable() : follow(kind));

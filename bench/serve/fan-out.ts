// What one edit of a registry of 10,000 agents costs when 1,000 follow it, in four processes: by the events of
// serveRegistry, and each by polling the file with its ETag. Then what followers cost that never read.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { RUNTIMES } from "../each-runtime.ts";
import { FollowingProcess, servingProcess } from "./child-processes.ts";
import type { Seen } from "./following.ts";

const numberOf = (name: string, otherwise: number): number =>
  Number(process.env[name] ?? otherwise);
const PROCESSES = 4;
const followers = numberOf("SERVE_FOLLOWERS", 1_000);
const agents = numberOf("SERVE_AGENTS", 10_000);
const edits = numberOf("SERVE_EDITS", 20);
const pollMs = numberOf("SERVE_POLL_MS", 2_000);
const chosen = process.env["SERVE_ON"]?.split(",") ?? Object.keys(RUNTIMES);
/** How many edits the followers that poll see: each takes them as long as many of the others. */
const POLLED_EDITS = Math.ceil(edits / 4);
const SILENT = 100;

const directory = mkdtempSync(join(tmpdir(), "serve-"));
const file = join(directory, "agents.yaml");
try {
  console.log(
    `${followers} followers in ${PROCESSES} processes, ${agents} agents, 1 changed; polls every ${pollMs} ms\n`,
  );
  console.log(
    "| | last follower: median | 99 % | each: median | bytes to each | CPU: server | followers |",
  );
  console.log("|---|---:|---:|---:|---:|---:|---:|");
  for (const runtime of chosen) await compare(runtime);
  console.log(`\n${SILENT} followers that never read, every agent changed by every edit\n`);
  console.log("| | after 10 edits | after 40 |\n|---|---:|---:|");
  for (const runtime of chosen) await silence(runtime);
} finally {
  rmSync(directory, { recursive: true });
}

/** What an edit cost, on average or by rank. */
interface Cost {
  readonly lastMs: readonly number[];
  readonly eachMs: readonly number[];
  readonly bytes: number;
  readonly serverMs: number;
  readonly followersMs: number;
}

async function compare(runtime: string): Promise<void> {
  const byEvents = await measure(runtime, 0, edits);
  print(`${runtime}, by events`, byEvents);
  const byPolls = await measure(runtime, pollMs, POLLED_EDITS);
  print(`${runtime}, by polls`, byPolls);
  const times = (of: (cost: Cost) => number): string =>
    `${(of(byPolls) / of(byEvents)).toPrecision(2)}x`;
  const ratios = [
    times(({ lastMs }) => rank(lastMs, 0.5)),
    times(({ lastMs }) => rank(lastMs, 0.99)),
    times(({ eachMs }) => rank(eachMs, 0.5)),
    times(({ bytes }) => bytes),
    times(({ serverMs }) => serverMs),
    times(({ followersMs }) => followersMs),
  ];
  console.log(`| polls to events | ${ratios.join(" | ")} |`);
}

async function measure(runtime: string, everyMs: number, rounds: number): Promise<Cost> {
  save(0);
  const server = await servingProcess(runtime, file);
  const perProcess = Math.ceil(followers / PROCESSES);
  const groups = Array.from(
    { length: PROCESSES },
    () => new FollowingProcess(server.url, perProcess, everyMs),
  );
  const seeing = (edit: number): Promise<Seen[]> =>
    Promise.all(groups.map((group) => group.sees(edit)));
  let before = await seeing(0);
  const atFirst = before;
  const { cpuMs } = await server.usage();
  const lastMs: number[] = [];
  const eachMs: number[] = [];
  for (let edit = 1; edit <= rounds; edit++) {
    const saved = save(edit);
    before = await seeing(edit);
    const delays = before.flatMap(({ at }) => at.map((time) => time - saved));
    lastMs.push(Math.max(...delays));
    eachMs.push(...delays);
  }
  const used = (of: (seen: Seen) => number): number => sum(before.map(of)) - sum(atFirst.map(of));
  const cost: Cost = {
    lastMs: lastMs.sort((a, b) => a - b),
    eachMs: eachMs.sort((a, b) => a - b),
    bytes: used(({ bytes }) => bytes) / rounds / (perProcess * PROCESSES),
    serverMs: ((await server.usage()).cpuMs - cpuMs) / rounds,
    followersMs: used(({ cpuMs }) => cpuMs) / rounds,
  };
  await Promise.all([...groups, server].map((one) => one.end()));
  return cost;
}

function print(name: string, { lastMs, eachMs, bytes, serverMs, followersMs }: Cost): void {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const cells = [
    ms(rank(lastMs, 0.5)),
    ms(rank(lastMs, 0.99)),
    ms(rank(eachMs, 0.5)),
    `${bytes.toFixed(0)}`,
    ms(serverMs),
    ms(followersMs),
  ];
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}

/** Memory of a server whose followers leave everything that they are sent where it is. */
async function silence(runtime: string): Promise<void> {
  save(0);
  const server = await servingProcess(runtime, file);
  const { hostname, port } = new URL(server.url);
  const sockets = await Promise.all(Array.from({ length: SILENT }, async () => {
    const socket = connect(Number(port), hostname).pause().on("error", () => {});
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    socket.write(`GET /events HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
    return socket;
  }));
  const reader = new FollowingProcess(server.url, 1, 0);
  await reader.sees(0);
  const held: number[] = [];
  for (let edit = 1; edit <= 40; edit++) {
    save(edit, edit);
    await reader.sees(edit);
    if (edit === 10 || edit === 40) held.push((await server.usage()).heldMb);
  }
  console.log(`| ${runtime} | ${held.map((mb) => `${mb.toFixed(0)} MB`).join(" | ")} |`);
  for (const socket of sockets) socket.destroy();
  await Promise.all([reader.end(), server.end()]);
}

/**
 * Writes the file.
 *
 * @param edit what one agent says, and `others` what the others say
 * @returns when it was there
 */
function save(edit: number, others = 0): number {
  const lines = Array.from(
    { length: agents },
    (_, at) => `  a${at}: { name: Agent ${at}, owner: core, edit: ${at === 0 ? edit : others} }\n`,
  );
  writeFileSync(`${file}.new`, `agents:\n${lines.join("")}`);
  renameSync(`${file}.new`, file);
  return performance.timeOrigin + performance.now();
}

/** Of sorted values the one at a part of the way. */
function rank(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

// What watching costs when nothing happens: `node --import ./scripts/typescript-on-node.mjs bench/idle.ts`
// prints a table for the runtimes that are installed. IDLE_SECONDS (60) is how long each is measured.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { openRegistry } from "../mod.ts";

const seconds = Number(process.env["IDLE_SECONDS"] ?? 60);
const self = fileURLToPath(import.meta.url);
const bin = join(self, "../../node_modules/.bin");
const RUNTIMES: readonly (readonly [name: string, ...command: string[]])[] = [
  ["Node", "node", "--import", join(self, "../../scripts/typescript-on-node.mjs"), self],
  ["Deno", join(bin, "deno"), "run", "-A", self],
  ["Bun", join(bin, "bun"), self],
];
const COUNTS = [1, 100, 1_000];

interface Measured {
  readonly cpuMs: number;
  readonly watches: number;
  readonly handles: number;
}

const count = Number(process.env["IDLE_FILES"] ?? 0);
await (count > 0 ? measure(count) : printTable());

async function measure(count: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "idle-"));
  const paths = Array.from({ length: count }, (_, at) => join(directory, `${at}.yaml`));
  paths.forEach((path, at) => writeFileSync(path, agentFile(at)));
  const { fds: before } = openHandles();
  const registry = await openRegistry(paths);
  // Files that were just written are looked at more closely for two seconds.
  await pause(5_000);
  const start = process.cpuUsage();
  await pause(seconds * 1_000);
  const { user, system } = process.cpuUsage(start);
  const { fds, watches } = openHandles();
  const measured: Measured = {
    cpuMs: Math.round((user + system) / 1_000),
    watches,
    handles: fds - before,
  };
  await registry.close();
  rmSync(directory, { recursive: true });
  console.log(JSON.stringify(measured));
}

async function printTable(): Promise<void> {
  console.log(`| files | runtime | CPU time in ${seconds} s | watches | handles |`);
  console.log("|---:|---|---:|---:|---:|");
  for (const count of COUNTS) {
    const results = await Promise.all(RUNTIMES.map(([, ...command]) => run(command, count)));
    for (const [at, { cpuMs, watches, handles }] of results.entries()) {
      const cells = [count, RUNTIMES[at]![0], `${cpuMs} ms`, watches, handles];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
}

function run([command, ...args]: readonly string[], count: number): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = spawn(command!, args, {
      env: { ...process.env, IDLE_FILES: String(count) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (chunk) => out += chunk);
    child.on("error", reject);
    child.on("close", () => resolve(JSON.parse(out) as Measured));
  });
}

function openHandles(): { fds: number; watches: number } {
  const fds = readdirSync("/proc/self/fd");
  const watches = fds.flatMap(infoLines).filter((line) => line.startsWith("inotify wd:"));
  return { fds: fds.length, watches: watches.length };
}

function infoLines(fd: string): string[] {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").split("\n");
  } catch {
    return [];
  }
}

function agentFile(at: number): string {
  const fields = ["category: example", "environment: test", "owner: bench", "version: 1.0.0"];
  const lines = [`name: Agent ${at}`, `location: agents/${at}`, ...fields];
  return `agents:\n  agent_${at}:\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// What watching costs when nothing happens. IDLE_SECONDS (60) is how long each is measured.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openRegistry } from "../mod.ts";
import { onEachRuntime } from "./each-runtime.ts";

const seconds = Number(process.env["IDLE_SECONDS"] ?? 60);
/** How many files, and whether they are named one by one or by their directory. */
const CASES = [[1, "files"], [100, "files"], [1_000, "files"], [1_000, "directory"]] as const;

interface Idle {
  readonly cpuMs: number;
  readonly watches: number;
  readonly handles: number;
}

const count = Number(process.env["IDLE_FILES"] ?? 0);
const named = process.env["IDLE_NAMED"] !== "directory";
await (count > 0 ? measure(count, named) : printTable());

async function measure(count: number, named: boolean): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "idle-"));
  const paths = Array.from({ length: count }, (_, at) => join(directory, `${at}.yaml`));
  paths.forEach((path, at) => writeFileSync(path, agentFile(at)));
  const { fds: before } = openHandles();
  const registry = await openRegistry(named ? paths : `${directory}/`);
  // Files that were just written are looked at more closely for two seconds.
  await pause(5_000);
  const start = process.cpuUsage();
  await pause(seconds * 1_000);
  const { user, system } = process.cpuUsage(start);
  const { fds, watches } = openHandles();
  const measured: Idle = {
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
  console.log("|---:|---|---|---:|---:|---:|");
  for (const [count, named] of CASES) {
    const env = { IDLE_FILES: String(count), IDLE_NAMED: named };
    const measured = await onEachRuntime<Idle>(import.meta.url, env);
    for (const { runtime, result: { cpuMs, watches, handles } } of measured) {
      const cells = [count, named, runtime, `${cpuMs} ms`, watches, handles];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
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

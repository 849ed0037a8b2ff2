// What is left of many reloads of a real file, with a cache, while subscribers come and go and watching
// stops and starts: heap, handles, watches, and how long the slowest reloads took. SOAK_RELOADS (100,000)
// is how many; arguments name the runtimes (all): npm run soak -- Node Bun
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Observable } from "rxjs";
import { type Agent, type AgentRegistry, openRegistry } from "../mod.ts";
import { onEachRuntime } from "./each-runtime.ts";
import { collectGarbage } from "./memory.ts";

const reloads = Number(process.env["SOAK_RELOADS"] ?? 100_000);
const AGENTS = 50;
const SAMPLES = 8;
/** How many subscribers there are at a time; each stays for as many reloads. */
const SUBSCRIBERS = 40;

interface Sample {
  readonly reloads: number;
  readonly heapMb: number;
  readonly handles: number;
  readonly watches: number;
}

interface Soak {
  readonly samples: readonly Sample[];
  readonly types: Readonly<Record<string, number>>;
  readonly ms: { readonly p50: number; readonly p99: number; readonly max: number };
}

async function soak(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "soak-"));
  const file = join(directory, "agents.yaml");
  const save = (text: string, inPlace: boolean): void => {
    const target = inPlace ? file : join(directory, "next");
    writeFileSync(target, text);
    if (!inPlace) renameSync(target, file);
  };
  const samples: Sample[] = [];
  const sample = (reloads: number): void => {
    collectGarbage();
    const heapMb = process.memoryUsage().heapUsed / 1024 / 1024;
    samples.push({ reloads, heapMb: Number(heapMb.toFixed(1)), ...openHandles() });
  };
  save(textOf(1), true);
  const before = openHandles();
  const registry = await openRegistry(file, {
    ...{ debounceMs: 0, logger: false, onInvalid: "isolate", cache: join(directory, "cache") },
    ...{ history: 10, files: { pollMs: 500 } },
  });
  const subscribers = new Subscribers(registry);
  // Made beforehand, so that it is no part of what grows.
  const durations = new Float64Array(reloads * 2);
  let count = 0;
  const types: Record<string, number> = {};
  registry.reload$.subscribe(({ type, durationMs }) => {
    types[type] = (types[type] ?? 0) + 1;
    durations[count++] = durationMs;
  });
  for (let round = 1; count < reloads; round++) {
    save(textOf(round), round % 2 === 0);
    await registry.reload();
    subscribers.come(round);
    if (round % 500 === 0) {
      await registry.stop();
      await registry.start();
    }
    if (count < reloads && count >= (samples.length + 1) * reloads / SAMPLES) sample(count);
  }
  subscribers.leave();
  sample(count);
  await registry.close();
  await pause(1_000);
  samples.push({ ...samples.at(-1)!, ...openHandles(), reloads: count });
  rmSync(directory, { recursive: true });
  const sorted = durations.subarray(0, count).sort();
  const at = (part: number): number =>
    Number(sorted[Math.min(count - 1, Math.floor(count * part))]!.toFixed(1));
  const relative = samples.map((sample) => ({
    ...sample,
    handles: sample.handles - before.handles,
    watches: sample.watches - before.watches,
  }));
  const ms = { p50: at(0.5), p99: at(0.99), max: at(1) };
  console.log(JSON.stringify({ samples: relative, types, ms } satisfies Soak));
}

/** Texts that are applied, apply in part, are refused and change nothing, in turn. */
function textOf(round: number): string {
  if (round % 11 === 0) return `agents:\n  agent_1: {name: [${round}\n`;
  const same = round % 7 === 0 ? 0 : round;
  const agents = Array.from({ length: AGENTS + round % 3 }, (_, at) => {
    const version = at === same % AGENTS ? `1.0.${same}` : "1.0.0";
    const owner = round % 13 === 0 && at === 5 ? "[1]" : "soak";
    const fields = [
      "category: test",
      "environment: test",
      `owner: ${owner}`,
      `version: ${version}`,
    ];
    const lines = [`name: Agent ${at}`, `location: agents/${at}`, ...fields];
    return `  agent_${at}:\n${lines.map((line) => `    ${line}\n`).join("")}`;
  });
  return `agents:\n${agents.join("")}`;
}

/** Subscribers of every kind, of which one comes and one leaves each time. */
class Subscribers {
  readonly #leave: (() => void)[] = [];
  readonly #registry: AgentRegistry<Agent>;

  constructor(registry: AgentRegistry<Agent>) {
    this.#registry = registry;
  }

  come(round: number): void {
    this.#leave.push(this.#subscribe(round));
    if (this.#leave.length > SUBSCRIBERS) this.#leave.shift()!();
  }

  leave(): void {
    for (const leave of this.#leave.splice(0)) leave();
  }

  #subscribe(round: number): () => void {
    const registry = this.#registry;
    const follow = (values$: Observable<unknown>): () => void => {
      const subscription = values$.subscribe();
      return () => subscription.unsubscribe();
    };
    switch (round % 7) {
      case 0:
        return follow(registry.snapshot$);
      case 1:
        return follow(registry.status$);
      case 2:
        return follow(registry.agent$(`agent_${round % 60}`));
      case 3:
        return follow(registry.list$({ owner: "soak" }));
      case 4:
        return follow(registry.select(({ agents }) => agents.size));
      case 5:
        return registry.onReload(() => {});
      default: {
        const snapshots = registry[Symbol.asyncIterator]();
        void snapshots.next();
        return () => void snapshots.return?.();
      }
    }
  }
}

async function printTable(): Promise<void> {
  const env = { SOAK_CHILD: "1", SOAK_RELOADS: String(reloads) };
  const measured = await onEachRuntime<Soak>(import.meta.url, env, process.argv.slice(2));
  for (const { runtime, result: { samples, types, ms } } of measured) {
    const counts = Object.entries(types).map(([type, count]) => `${count} ${type}`).join(", ");
    console.log(`\n${runtime}: ${counts}; ${ms.p50} ms (p50), ${ms.p99} (p99), ${ms.max} (max)\n`);
    console.log("| reloads | heap | handles | watches |\n|---:|---:|---:|---:|");
    for (const [at, { reloads, heapMb, handles, watches }] of samples.entries()) {
      const when = at === samples.length - 1 ? "after close" : reloads;
      console.log(`| ${when} | ${heapMb} MB | ${handles} | ${watches} |`);
    }
  }
}

function openHandles(): { handles: number; watches: number } {
  const fds = readdirSync("/proc/self/fd");
  const watches = fds.flatMap(infoLines).filter((line) => line.startsWith("inotify wd:"));
  return { handles: fds.length, watches: watches.length };
}

function infoLines(fd: string): string[] {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").split("\n");
  } catch {
    return [];
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await (process.env["SOAK_CHILD"] === undefined ? printTable() : soak());

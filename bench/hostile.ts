// Texts that are made to hurt: how long they take against js-yaml's load (JSON.parse) alone, how long
// nothing else can run, how much memory they need, and whether what comes of them is right. Each is
// read in a process of its own, which gets HOSTILE_SECONDS (120). Arguments name runtimes, and parts of
// the names of texts: npm run bench:hostile -- Node "10 MB"
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { memorySource, openRegistry } from "../mod.ts";
import { onEachRuntime, RUNTIMES } from "./each-runtime.ts";
import { HOSTILE_TEXTS, type HostileText, loadWithJsYaml, type Outcome } from "./hostile-texts.ts";
import { longestBlock } from "./longest-block.ts";
import { collectGarbage } from "./memory.ts";

interface Measured {
  readonly ms: number;
  readonly blockMs: number;
  readonly megabytes: number;
  /** How many times the size of the text the memory grew by. */
  readonly memory: number;
  /** What came of it, when that is not what is expected. */
  readonly wrong?: string;
}

const name = process.env["HOSTILE_TEXT"];
await (name === undefined
  ? printTable(process.argv.slice(2))
  : measure(HOSTILE_TEXTS[name]!, process.env["HOSTILE_SIDE"] === "other"));

async function measure(hostile: HostileText, other: boolean): Promise<void> {
  const text = hostile.text();
  const content = new TextEncoder().encode(text);
  const work = other ? parse(hostile, text) : open(hostile, content);
  collectGarbage();
  const before = startPeak();
  let wrong: string | undefined;
  const started = performance.now();
  const blockMs = await longestBlock(async () => void (wrong = await work()));
  const ms = performance.now() - started;
  const memory = (peak() - before) / content.length;
  const megabytes = content.length / 1e6;
  const measured: Measured = { ms, blockMs, megabytes, memory, ...(wrong && { wrong }) };
  console.log(JSON.stringify(measured));
  process.exit();
}

function parse({ other = loadWithJsYaml }: HostileText, text: string) {
  // deno-lint-ignore require-await -- so that it is called as ours is
  return async (): Promise<undefined> => {
    try {
      other(text);
    } catch {
      // That is its answer.
    }
  };
}

function open(hostile: HostileText, content: Uint8Array) {
  const { path = "a.yaml", options = {} } = hostile;
  return async (): Promise<string | undefined> => {
    const quiet = { watch: false, logger: false, debounceMs: 0, required: false } as const;
    const registry = await openRegistry(memorySource({ [path]: content }), {
      ...options,
      ...quiet,
    });
    const { snapshot, status } = registry;
    return wrongOf(hostile, { snapshot, status } as unknown as Outcome);
  };
}

function wrongOf({ expected }: HostileText, outcome: Outcome): string | undefined {
  const { issues } = outcome.status;
  const right = typeof expected === "function"
    ? issues.length === 0 && expected(outcome)
    : issues.length > 0 && [expected].flat().includes(issues[0]!.code);
  if (right) return undefined;
  const [issue] = issues;
  return issue === undefined ? "no issue" : `${issue.code}: ${issue.message.slice(0, 80)}`;
}

/** The memory of the process now, from which on its peak is counted, in bytes. */
function startPeak(): number {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Then what making the text took counts, too.
  }
  return statusOf("VmRSS");
}

function peak(): number {
  return statusOf("VmHWM");
}

function statusOf(field: string): number {
  const [, kilobytes] = new RegExp(`^${field}:\\s*(\\d+) kB`, "m")
    .exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

async function printTable(args: readonly string[]): Promise<void> {
  const on = args.filter((arg) => arg in RUNTIMES);
  const only = args.filter((arg) => !(arg in RUNTIMES));
  console.log("| text | runtime | time | other | longest block | peak memory | outcome |");
  console.log("|---|---|---:|---:|---:|---:|---|");
  for (const name of Object.keys(HOSTILE_TEXTS)) {
    if (!only.every((part) => name.includes(part))) continue;
    for (const runtime of on.length > 0 ? on : Object.keys(RUNTIMES)) {
      const [ours, other] = [await run(name, "ours", runtime), await run(name, "other", runtime)];
      console.log(`| ${[name, runtime, ...cells(ours, other)].join(" | ")} |`);
    }
  }
}

/** @returns undefined when it took too long, or died */
async function run(name: string, side: string, runtime: string): Promise<Measured | undefined> {
  const seconds = Number(process.env["HOSTILE_SECONDS"] ?? 120);
  const env = { HOSTILE_TEXT: name, HOSTILE_SIDE: side };
  try {
    const [measured] = await onEachRuntime<Measured>(import.meta.url, env, [runtime], seconds);
    return measured?.result;
  } catch {
    return undefined;
  }
}

/** What misses its goal is in bold: 2 times the other's time and 1 s, 200 ms, 20 times the text. */
function cells(ours: Measured | undefined, other: Measured | undefined): readonly string[] {
  if (ours === undefined) return ["**died or too slow**", `${other?.ms.toFixed(0)} ms`, "", "", ""];
  const limit = 2 * (other?.ms ?? Infinity) + 1_000;
  return [
    marked(`${ours.ms.toFixed(0)} ms`, ours.ms <= limit),
    other === undefined ? "died or too slow" : `${other.ms.toFixed(0)} ms`,
    marked(`${ours.blockMs.toFixed(0)} ms`, ours.blockMs < 200),
    marked(`${ours.memory.toFixed(1)}x of ${ours.megabytes.toFixed(1)} MB`, ours.memory < 20),
    ours.wrong === undefined ? "right" : `**${ours.wrong}**`,
  ];
}

function marked(cell: string, met: boolean): string {
  return met ? cell : `**${cell}**`;
}

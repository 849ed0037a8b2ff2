// How long after the end of a write its snapshot is there, the debounce taken off, in milliseconds.
import { join } from "node:path";
import process from "node:process";
import { content } from "../test/source/content.ts";
import { DEBOUNCE_MS, follow } from "../test/source/followed.ts";
import { makePlace } from "../test/source/writer.ts";
import { onEachRuntime } from "./each-runtime.ts";

const ROUNDS = 41;
const SAVES: Readonly<Record<string, string>> = {
  "in place": 'cat "$stage/new" > agents.yaml',
  "by rename": 'cp "$stage/new" tmp; mv tmp agents.yaml',
};

interface Delays {
  readonly median: number;
  readonly p90: number;
}

const save = process.env["LATENCY_SAVE"];
await (save === undefined ? printTable() : measure(SAVES[save]!));

async function measure(script: string): Promise<void> {
  await using place = await makePlace();
  await place.prepare("new", content("start"));
  await place.run(script);
  await using followed = await follow(join(place.root, "agents.yaml"));
  const delays: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const wanted = content(`round${round}`);
    await place.prepare("new", wanted);
    const saved = place.run(`${script}; date +%s%3N`);
    await followed.reaches(wanted.meaning);
    const { loadedAt } = followed.registry.snapshot;
    delays.push(loadedAt.getTime() - Number(await saved) - DEBOUNCE_MS);
  }
  delays.sort((a, b) => a - b);
  const at = (part: number): number => delays[Math.floor(ROUNDS * part)]!;
  console.log(JSON.stringify({ median: at(0.5), p90: at(0.9) } satisfies Delays));
}

async function printTable(): Promise<void> {
  console.log("| save | runtime | median | 90 % |\n|---|---|---:|---:|");
  for (const save of Object.keys(SAVES)) {
    const measured = await onEachRuntime<Delays>(import.meta.url, { LATENCY_SAVE: save });
    for (const { runtime, result } of measured) {
      console.log(`| ${save} | ${runtime} | ${result.median} ms | ${result.p90} ms |`);
    }
  }
}

// Runs the measurements on each runtime, one after the other, and prints them side by side.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const vitest = "vitest run --config bench/vitest.config.ts --root .";
const runtimes = {
  // The collector can be called, for the measurement of the heap.
  Node: `NODE_OPTIONS=--expose-gc ${vitest}`,
  Deno: `DENO_V8_FLAGS=--expose-gc deno run -A npm:${vitest}`,
  Bun: `bun --bun ${vitest}`,
};
const only = process.argv.slice(2);
const names = Object.keys(runtimes).filter((name) => only.length === 0 || only.includes(name));
const folder = mkdtempSync(join(tmpdir(), "agent-registry-bench-"));
const rows = new Map();

for (const name of names) {
  const file = join(folder, `${name}.jsonl`);
  const { status } = spawnSync(runtimes[name], {
    shell: true,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, BENCH_ROWS: file, PATH: `node_modules/.bin:${process.env.PATH}` },
  });
  if (status !== 0) process.exitCode = 1;
  for (const line of existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []) {
    const [work, against, result] = JSON.parse(line);
    const what = `${work} | ${against}`;
    rows.set(what, { ...rows.get(what), [name]: result });
  }
}
rmSync(folder, { recursive: true, force: true });

// Times are medians of this module; a ratio above 1 says that it is faster than the alternative.
console.log(`| work | against | ${names.join(" | ")} |`);
console.log(`|---|---|${names.map(() => "---").join("|")}|`);
for (const [what, row] of rows) {
  console.log(`| ${what} | ${names.map((name) => row[name] ?? "").join(" | ")} |`);
}

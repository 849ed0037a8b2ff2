// Runs the benchmarks on each runtime, one after the other, and prints their ratios side by side.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const runtimes = {
  Node: "vitest",
  Deno: "deno run -A npm:vitest",
  Bun: "bun --bun vitest",
};
const folder = mkdtempSync(join(tmpdir(), "agent-registry-bench-"));
const rows = new Map();

for (const [runtime, vitest] of Object.entries(runtimes)) {
  const json = join(folder, `${runtime}.json`);
  const { status } = spawnSync(`${vitest} bench --run --outputJson ${json}`, {
    shell: true,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, PATH: `node_modules/.bin:${process.env.PATH}` },
  });
  if (status !== 0) process.exit(status ?? 1);
  for (const { groups } of JSON.parse(readFileSync(json, "utf8")).files) {
    for (const { fullName, benchmarks } of groups) {
      const [ours, ...others] = benchmarks;
      for (const other of others) {
        const what = `${fullName.split(" > ").at(-1)} | ${other.name}`;
        const row = rows.get(what) ?? {};
        const ratio = other.median / ours.median;
        row[runtime] = `${ours.median.toFixed(2)} ms, ${ratio.toFixed(2)}x`;
        rows.set(what, row);
      }
    }
  }
}
rmSync(folder, { recursive: true, force: true });

// Ratios above 1: this module is faster than the alternative.
console.log(`| work | against | ${Object.keys(runtimes).join(" | ")} |`);
console.log(`|---|---|${Object.keys(runtimes).map(() => "---").join("|")}|`);
for (const [what, row] of rows) {
  console.log(`| ${what} | ${Object.keys(runtimes).map((name) => row[name] ?? "").join(" | ")} |`);
}

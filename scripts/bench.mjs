// Runs the measurements (bench/*.measure.ts) on each runtime, one after the other, and prints them side
// by side. What misses its goal is in bold.
//
//   npm run bench                                      everything, on all three: an hour
//   npm run bench -- first-load reload                 bench/first-load.measure.ts and reload.measure.ts
//   npm run bench -- reload --only "plain, 1 changed"  what has this in its name; may be repeated
//   npm run bench -- first-load --on Node --quick      on one runtime, in a tenth of the time
//   npm run bench -- --cpu                             in processor time: where others work, too
//   npm run bench -- --list                            the names of all measurements
import "./typescript-on-node.mjs";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

const { RUNTIMES } = await import("../bench/each-runtime.ts");
const { values: { only, on, quick, cpu, list }, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", multiple: true, default: [] },
    on: { type: "string", multiple: true, default: Object.keys(RUNTIMES) },
    quick: { type: "boolean", default: false },
    cpu: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), "agent-registry-bench-"));
const rows = new Map();

const programs = positionals.length > 0
  ? positionals.map((name) => `${name}.measure.ts`)
  : readdirSync("bench").filter((name) => name.endsWith(".measure.ts"));
for (const runtime of on) {
  const file = join(folder, `${runtime}.jsonl`);
  // Each in a process of its own: what one has compiled and allocated does not become another's affair.
  for (const program of programs) {
    const [command, ...args] = RUNTIMES[runtime];
    const { status } = spawnSync(command, [...args, join("bench", program)], {
      // Rows are told as they come; the table is for the end.
      stdio: ["ignore", process.stderr.fd, "inherit"],
      env: {
        ...process.env,
        BENCH_ROWS: file,
        BENCH_ONLY: only.join("\n"),
        ...(list ? { BENCH_LIST: "1" } : {}),
        ...(cpu ? { BENCH_CPU: "1" } : {}),
        ...(quick ? { BENCH_QUICK: "1" } : {}),
      },
    });
    if (status !== 0) process.exitCode = 1;
  }
  if (list) break;
  for (const line of existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []) {
    const { work, against, goal, result } = JSON.parse(line);
    const what = `${work} | ${against} | ${goal}`;
    rows.set(what, { ...rows.get(what), [runtime]: result });
  }
}
rmSync(folder, { recursive: true, force: true });

if (!list) {
  console.log(`| work | against | goal | ${on.join(" | ")} |`);
  console.log(`|---|---|---|${on.map(() => "---").join("|")}|`);
  for (const [what, row] of rows) {
    console.log(`| ${what} | ${on.map((runtime) => row[runtime] ?? "").join(" | ")} |`);
  }
}

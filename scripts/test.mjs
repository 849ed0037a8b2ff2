// Runs the tests on each runtime, one after the other, and says at the end what ran and what runs elsewhere.
//
//   npm test                                  all of them, on all three
//   npm test -- test/source --on node         some of them, on one; may be repeated
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

const RUNTIMES = ["node", "deno", "bun"];
const ELSEWHERE = {
  "test:unit": "what needs no files, no timers and no processes, on Node: seconds",
  "test:browser": "the console page and the React example in Chromium",
  "matrix": "every way to save a file, three times over; 1,000 opens and closes",
  "chaos": "random sequences of them: here 20",
  "chaos:nats": "servers killed, connections cut, publishers racing",
  "test:serve": "all nine pairs of runtimes that serve and follow",
  "fuzz": "random edits of documents, in parts and as a whole: here a third of FUZZ=1; large input",
  "soak": "an hour of edits: memory, handles",
  "check": "format, lint, types, documentation, the package",
};

const { values: { on }, positionals } = parseArgs({
  allowPositionals: true,
  options: { on: { type: "string", multiple: true, default: RUNTIMES } },
});
const folder = mkdtempSync(join(tmpdir(), "agent-registry-test-"));
const rows = [];
for (const runtime of on) {
  const file = join(folder, `${runtime}.json`);
  const started = performance.now();
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const { status } = spawnSync(
    "npm",
    ["run", "--silent", `test:${runtime}`, "--", ...reporters, ...positionals],
    { stdio: "inherit" },
  );
  const seconds = Math.round((performance.now() - started) / 1000);
  const result = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  rows.push({ runtime, status, seconds, result });
}
rmSync(folder, { recursive: true });

console.log("\nWhat ran:");
for (const { runtime, status, seconds, result } of rows) {
  const counts = result === undefined
    ? "no result"
    : `${result.numPassedTests} passed, ${result.numFailedTests} failed, ${result.numPendingTests} skipped`;
  console.log(
    `  ${status === 0 ? "ok    " : "FAILED"} ${runtime.padEnd(4)}  ${counts}, ${seconds} s`,
  );
}
console.log("\nWhat runs under other names, all of it by .ci/run:");
for (const [name, what] of Object.entries(ELSEWHERE)) {
  console.log(`  npm run ${name.padEnd(12)}  ${what}`);
}
console.log("\nTo look at, nothing depends on it:");
console.log("  npm run coverage      how much of each folder of src/ the tests run, on Node");
process.exitCode = rows.every(({ status }) => status === 0) ? 0 : 1;

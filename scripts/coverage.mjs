// Shows how much of each folder of src/ the tests run on Node. Nothing depends on it.
//
//   npm run coverage                          by all tests
//   npm run coverage -- test/decode           by some of them
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";

const folder = mkdtempSync(join(tmpdir(), "agent-registry-coverage-"));
const { status } = spawnSync(
  join("node_modules", ".bin", "vitest"),
  [
    "run",
    ...process.argv.slice(2),
    "--coverage.enabled",
    "--coverage.include=src",
    // Runs in a browser: `npm run test:browser` has its tests.
    "--coverage.exclude=src/serve/console",
    "--coverage.reportOnFailure",
    "--coverage.reporter=json-summary",
    `--coverage.reportsDirectory=${folder}`,
  ],
  { stdio: "inherit", env: { ...process.env, EXPECT_RUNTIME: "node" } },
);
const summary = JSON.parse(readFileSync(join(folder, "coverage-summary.json"), "utf8"));
rmSync(folder, { recursive: true });

const folders = {};
for (const [path, counts] of Object.entries(summary)) {
  const name = path === "total" ? "total" : relative("src", path).split(/[/\\]/)[0];
  const sums = folders[name] ??= { lines: [0, 0], branches: [0, 0] };
  for (const [what, sum] of Object.entries(sums)) {
    sum[0] += counts[what].covered;
    sum[1] += counts[what].total;
  }
}
const { total, ...others } = folders;
console.log("\nfolder of src/    lines  branches");
for (const name of Object.keys(others).sort()) row(name, others[name]);
row("total", total);
process.exitCode = status;

function row(name, { lines, branches }) {
  console.log(`${name.padEnd(15)}  ${percent(lines)}    ${percent(branches)}`);
}

function percent([covered, total]) {
  return total === 0 ? "     -" : `${(100 * covered / total).toFixed(1).padStart(5)}%`;
}

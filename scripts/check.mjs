// Everything but the tests: format, lint, types, documentation, and whether it can be published.
import { spawnSync } from "node:child_process";
import process from "node:process";

const checks = {
  "format": "deno fmt --check --quiet",
  "lint": "deno lint --quiet",
  "lint of RxJS": "eslint --max-warnings 0 .",
  "types": "tsc -p .",
  "types of the examples for apps": "tsc -p examples/apps",
  "types of the console page": "tsc -p src/serve/console",
  "console page is current": "node scripts/build-console.mjs --check",
  "types under Deno":
    "deno check --quiet mod.ts src/browser/mod.ts src/otel/instrument-registry.ts src/client/connect-registry.ts src/serve/serve-registry.ts src/nats/mod.ts src/cli/main.ts",
  "documentation": "deno doc --lint --no-npm --quiet scripts/documented.ts",
  "examples in documentation":
    "deno test --quiet --doc --allow-read --allow-env --no-prompt mod.ts src README.md docs",
  "links in documentation": "node scripts/check-links.mjs",
  "site of the documentation": "npm run --silent docs",
  "build": "npm run --silent build",
  "package (publint)": "publint --strict",
  "package (attw)": "attw --pack . --profile esm-only --no-emoji --format table-flipped",
  "package, published and installed": "node scripts/rehearse.mjs",
  "publish to JSR, rehearsed (deno)": "deno publish --dry-run --allow-dirty --quiet",
  "publish to JSR, rehearsed (jsr)": "jsr publish --dry-run --allow-dirty --quiet",
};

const only = process.argv.slice(2);
let failed = 0;
for (const [name, command] of Object.entries(checks)) {
  if (only.length > 0 && !only.some((word) => name.includes(word))) continue;
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, {
    shell: true,
    encoding: "utf8",
    env: {
      ...process.env,
      PATH: `node_modules/.bin:${process.env.PATH}`,
      // Without it jsr downloads a Deno of its own.
      DENO_BIN_PATH: "node_modules/.bin/deno",
    },
  });
  const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  // What `console.assert` finds false is printed, and ends no program.
  const ok = status === 0 && !`${stdout}${stderr}`.includes("Assertion failed");
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${took})`);
  if (ok) continue;
  failed++;
  console.log(`$ ${command}\n${stdout}${stderr}`);
}
console.log(failed === 0 ? "All checks passed" : `${failed} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;

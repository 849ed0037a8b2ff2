// Packs the package, installs it in an empty folder, and uses it there as strangers would.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const bin = resolve("node_modules/.bin");
const folder = mkdtempSync(join(tmpdir(), "agent-registry-package-"));
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

try {
  const packed = run("npm", ["pack", "--json", "--pack-destination", folder], resolve("."));
  const [{ filename, files, size }] = JSON.parse(packed.slice(packed.indexOf("[")));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true }));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${filename}`]);

  const registry = readFileSync("examples/agent_registry.yaml", "utf8");
  writeFileSync(join(folder, "agent_registry.yaml"), registry);
  const program = `
    openRegistry("agent_registry.yaml").then(async (registry) => {
      console.log(registry.snapshot.agents.size, registry.agent("translator").owner);
      await registry.close();
    });
  `;
  writeFileSync(
    join(folder, "import.mjs"),
    `import { openRegistry } from "@agent-registry/rx";${program}`,
  );
  writeFileSync(
    join(folder, "require.cjs"),
    `const { openRegistry } = require("@agent-registry/rx");${program}`,
  );

  const uses = [
    ["Node, import", "node", ["import.mjs"]],
    ["Node, require", "node", ["require.cjs"]],
    ["Deno", join(bin, "deno"), [
      "run",
      "--no-prompt",
      "--allow-read=.",
      "--ignore-env",
      "import.mjs",
    ]],
    ["Bun", join(bin, "bun"), ["import.mjs"]],
  ];
  for (const [name, command, args] of uses) {
    const printed = run(command, args).trim();
    if (printed !== "12 platform") throw new Error(`${name} printed ${JSON.stringify(printed)}`);
    console.log(`ok ${name}`);
  }
  const command = join(folder, "node_modules/.bin/agent-registry");
  const once = ["watch", "--once", "--json", "agent_registry.yaml"];
  for (const [name, ...call] of [["Node", command], ["Bun", join(bin, "bun"), command]]) {
    const event = JSON.parse(run(call[0], [...call.slice(1), ...once]));
    if (event.agentsCount !== 12) throw new Error(`The bin under ${name} found ${event}`);
    console.log(`ok bin under ${name}`);
  }
  console.log(`${files.length} files, ${(size / 1024).toFixed(0)} KiB packed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

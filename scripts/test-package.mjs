// Packs the package, installs it in an empty folder, and uses it there as strangers would.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const bin = resolve("node_modules/.bin");
const folder = mkdtempSync(join(tmpdir(), "agent-registry-package-"));
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

const registry = readFileSync("examples/agent_registry.yaml", "utf8");
const save = (text) => writeFileSync(join(folder, "agent_registry.yaml"), text);
const deno = ["run", "--no-prompt", "--allow-read=.", "--ignore-env"];
const runtimes = {
  Node: ["node"],
  Deno: [join(bin, "deno"), ...deno],
  Bun: [join(bin, "bun")],
};

const TYPED = `
  import { openRegistry, type ReloadEvent } from "@agent-registry/rx";

  const registry = await openRegistry("agent_registry.yaml");
  const agent = registry.agent("planner");
  export const owner: string = agent.owner;
  export const problems = (event: ReloadEvent) => event.success ? [] : event.issues;
  await registry[Symbol.asyncDispose]();
`;

const METRICS = `
  import { openRegistry } from "@agent-registry/rx";
  import { instrumentRegistry } from "@agent-registry/rx/otel";
  import { createNoopMeter } from "@opentelemetry/api";

  const registry = await openRegistry("agent_registry.yaml", { watch: false });
  const meter = createNoopMeter();
  meter.createCounter = (name) => ({
    add: (value, { type }) => console.log(name, value, type),
  });
  instrumentRegistry(registry, meter);
`;

// Reads YAML that is good and YAML that is not, and JSON: with every parser that is in the bundle.
const BUNDLED = `
  import { memorySource, openRegistry } from "@agent-registry/rx";

  const registry = await openRegistry(process.argv[2]);
  console.log(registry.snapshot.agents.size);
  await registry.close();
  const documents = { "broken.yaml": "agents: [", "empty.json": "{ \\"agents\\": {} }" };
  for (const [path, text] of Object.entries(documents)) {
    const source = memorySource({ [path]: text });
    const { status } = await openRegistry(source, { watch: false, required: false, logger: false });
    console.log(path, status.issues.map(({ code }) => code).join());
  }
`;

// From either name; with a text that only the parser which is loaded later can say something about.
const IN_BROWSER = (name) => `
  import { checkRegistry, formatIssue } from "${name}";

  for (const text of ["agents: {}", "agents: ["]) {
    const { ok, issues } = await checkRegistry({ "a.yaml": text });
    console.log(ok, issues.map((issue) => formatIssue(issue).split(":")[0]).join());
  }
`;

// The formats of the user's TypeBox are those that the package knows.
const FORMATS = `
  import { FormatRegistry, Type } from "@sinclair/typebox";
  import { AgentSchema, openRegistry } from "@agent-registry/rx";

  FormatRegistry.Set("team", (text) => text.startsWith("team-"));
  for (const owner of [Type.String(), Type.String({ format: "team" })]) {
    const schema = Type.Composite([Type.Omit(AgentSchema, ["owner"]), Type.Object({ owner })]);
    const options = { schema, watch: false, required: false, logger: false };
    const { snapshot, status } = await openRegistry("agent_registry.yaml", options);
    console.log(snapshot.agents.size, status.issues[0]?.pointer);
  }
`;

try {
  const packed = run("npm", ["pack", "--json", "--pack-destination", folder], resolve("."));
  const [{ filename, files, size }] = JSON.parse(packed.slice(packed.indexOf("[")));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true }));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${filename}`]);
  console.log(`${files.length} files, ${(size / 1024).toFixed(0)} KiB packed`);

  const [, program] = /```ts ignore\n(.*?)```/s.exec(readFileSync("README.md", "utf8"));
  writeFileSync(join(folder, "program.mjs"), program);
  for (const [name, command] of Object.entries(runtimes)) await follow(name, command);

  writeFileSync(
    join(folder, "require.cjs"),
    `const { openRegistry } = require("@agent-registry/rx");
     openRegistry("agent_registry.yaml", { watch: false })
       .then(({ snapshot }) => console.log(snapshot.agents.size));`,
  );
  if (run("node", ["require.cjs"]).trim() !== "12") throw new Error("require() does not work");
  console.log("ok require() under Node");

  writeFileSync(join(folder, "formats.mjs"), FORMATS);
  const known = run("node", ["formats.mjs"]).trim();
  if (!known.startsWith("12 undefined\n0 /agents/") || !known.endsWith("/owner")) {
    throw new Error(`The user's formats are not those of the package: ${known}`);
  }
  console.log("ok the user's TypeBox under Node");

  for (const name of ["@agent-registry/rx", "@agent-registry/rx/browser"]) {
    writeFileSync(join(folder, "page.mjs"), IN_BROWSER(name));
    const into = ["--bundle", "--platform=browser", "--format=esm", "--outfile=page.out.mjs"];
    run(join(bin, "esbuild"), ["page.mjs", ...into, "--log-level=warning"]);
    if (/["']node:/.test(readFileSync(join(folder, "page.out.mjs"), "utf8"))) {
      throw new Error(`A bundle of ${name} for browsers has modules of Node`);
    }
    const printed = run("node", ["page.out.mjs"]).trim();
    if (printed !== "true \nfalse a.yaml") throw new Error(`In a page ${name} printed: ${printed}`);
    console.log(`ok ${name} for browsers`);
  }

  writeFileSync(join(folder, "bundled.mjs"), BUNDLED);
  const bundle = join(mkdtempSync(join(folder, "bundle-")), "bundle.mjs");
  const into = ["--bundle", "--platform=node", "--format=esm", `--outfile=${bundle}`];
  run(join(bin, "esbuild"), ["bundled.mjs", ...into, "--log-level=warning"]);
  // Nothing else is there: what is not in the bundle is missed.
  renameSync(join(folder, "node_modules"), join(folder, "moved"));
  for (const [name, [file, ...args]] of Object.entries(runtimes)) {
    const printed = run(file, [...args, bundle, "agent_registry.yaml"]).trim();
    if (printed !== "12\nbroken.yaml yaml-syntax\nempty.json") {
      throw new Error(`The bundle under ${name} printed: ${printed}`);
    }
    console.log(`ok bundle under ${name}`);
  }
  renameSync(join(folder, "moved"), join(folder, "node_modules"));

  const command = join(folder, "node_modules/.bin/agent-registry");
  const once = ["watch", "--once", "--json", "agent_registry.yaml"];
  for (const [name, [file, ...args]] of Object.entries({ ...runtimes, Node: [command] })) {
    const event = JSON.parse(run(file, [...args, ...(name === "Node" ? [] : [command]), ...once]));
    if (event.agentsCount !== 12) throw new Error(`The bin under ${name} found ${event}`);
    console.log(`ok bin under ${name}`);
  }

  await checkTypes();

  // All of the above ran without the optional peer.
  const peer = "node_modules/@opentelemetry/api";
  if (existsSync(join(folder, peer))) throw new Error("OpenTelemetry was installed unasked");
  const { version } = JSON.parse(readFileSync(`${peer}/package.json`, "utf8"));
  const quietly = ["--no-audit", "--no-fund", "--prefer-offline"];
  run("npm", ["install", ...quietly, `@opentelemetry/api@${version}`]);
  writeFileSync(join(folder, "metrics.mjs"), METRICS);
  for (const [name, [file, ...args]] of Object.entries(runtimes)) {
    const counted = run(file, [...args, "metrics.mjs"]).trim();
    if (counted !== "agent_registry.reloads 1 applied") {
      throw new Error(`The metrics under ${name} are: ${counted}`);
    }
    console.log(`ok metrics under ${name}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Type-checks a program and all declarations that it reads, by the oldest TypeScript that README names and
 * without @types/node, and looks at what an editor shows.
 */
async function checkTypes() {
  const [, oldest] = /TypeScript (\d+\.\d+) or newer/.exec(readFileSync("README.md", "utf8"));
  const typescript = `typescript@~${oldest}.0`;
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", typescript]);
  const program = join(folder, "program.mts");
  writeFileSync(program, TYPED);
  const options = ["--strict", "--target", "es2022", "--module", "nodenext", "--noEmit"];
  run("node", ["node_modules/typescript/bin/tsc", ...options, "program.mts"]);

  const { default: ts } = await import(
    pathToFileURL(join(folder, "node_modules/typescript/lib/typescript.js"))
  );
  const { NodeNext } = ts.ModuleKind;
  const checked = ts.createProgram([program], { strict: true, module: NodeNext, types: [] });
  const shown = new Map();
  checked.getSourceFile(program).forEachChild((node) => {
    for (const { name } of node.declarationList?.declarations ?? []) {
      const checker = checked.getTypeChecker();
      shown.set(name.text, checker.typeToString(checker.getTypeAtLocation(name)));
    }
  });
  for (const [name, type] of [["registry", "AgentRegistry<Agent>"], ["agent", "Agent"]]) {
    if (shown.get(name) !== type) throw new Error(`The type of ${name} is ${shown.get(name)}`);
  }
  console.log(`ok types under TypeScript ${ts.version}`);
}

/** Runs README's first program, edits the file, and waits until the program tells of it. */
async function follow(name, [command, ...args]) {
  save(registry);
  const child = spawn(command, [...args, "program.mjs"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  let printed = "";
  let edited = false;
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (!edited && printed.includes("order_status")) {
      edited = true;
      save(registry.replace("version: 4.0.3", "version: 4.1.0"));
    }
    if (printed.includes("applied revision 2")) break;
  }
  clearTimeout(timer);
  child.kill("SIGKILL");
  for (const line of ["platform\n", "translator is 4.0.3", "translator is 4.1.0", "1 updated"]) {
    if (!printed.includes(line)) throw new Error(`README's program under ${name}: ${printed}`);
  }
  console.log(`ok README's program under ${name}`);
}

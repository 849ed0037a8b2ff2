// Rehearses publishing: packs, publishes to a registry on this machine, installs from that in empty
// folders, by npm, npx, Deno and Bun, and uses it there as strangers would.
import { execFile, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { startRegistry } from "./local-registry.mjs";
import { BUNDLED, FORMATS, IN_BROWSER, METRICS, TYPED } from "./stranger-programs.mjs";

const bin = resolve("node_modules/.bin");
const temp = mkdtempSync(join(tmpdir(), "agent-registry-package-"));
/** With caches of their own: nothing is there but what was published. */
const env = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  npm_config_cache: join(temp, "npm-cache"),
  DENO_DIR: join(temp, "deno"),
  BUN_INSTALL_CACHE_DIR: join(temp, "bun"),
  npm_config_registry: undefined,
  NO_COLOR: "1",
};

/** Runs a command; the registry of this process must go on answering, so nothing here may block it. */
async function run(command, args, cwd = folder) {
  const options = { cwd, env, encoding: "utf8", timeout: 300_000, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(command, args, options).catch((error) => {
    throw new Error(`${command} ${args.join(" ")}\n${error.stdout}${error.stderr}`);
  });
  return stdout;
}

const registry = readFileSync("examples/agent_registry.yaml", "utf8");
const readme = readFileSync("README.md", "utf8");
const deno = ["run", "--no-prompt", "--allow-read=.", "--ignore-env"];
const QUIETLY = ["--no-audit", "--no-fund"];
const runtimes = {
  Node: ["node"],
  Deno: [join(bin, "deno"), ...deno],
  Bun: [join(bin, "bun")],
};

const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));
const upstream = (await run("npm", ["config", "get", "registry"], ".")).trim();
const local = await startRegistry(upstream);
// Not every command reads the .npmrc of its folder.
env.NPM_CONFIG_REGISTRY = local.url;
const folder = emptyFolder("npm");

try {
  // What is packed and published must not be what is then installed from the cache.
  const apart = ["--cache", join(temp, "published")];
  const packed = await run("npm", ["pack", "--json", "--pack-destination", temp, ...apart], ".");
  const [{ filename, files, size }] = JSON.parse(packed.slice(packed.indexOf("[")));
  console.log(`${files.length} files, ${(size / 1024).toFixed(0)} KiB packed`);
  await run("npm", ["publish", join(temp, filename), ...apart]);

  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true }));
  await run("npm", ["install", ...QUIETLY, name, "rxjs"]);
  for (const [runtime, command] of Object.entries(runtimes)) await follow(runtime, command, folder);

  const inDeno = emptyFolder("deno-add");
  writeFileSync(join(inDeno, "deno.json"), "{}");
  await run("deno", ["add", `npm:${name}`, "npm:rxjs"], inDeno);
  await follow("Deno, by deno add", runtimes.Deno, inDeno);
  const inBun = emptyFolder("bun-add");
  writeFileSync(join(inBun, "package.json"), "{}");
  await run("bun", ["add", name, "rxjs"], inBun);
  await follow("Bun, by bun add", runtimes.Bun, inBun);

  const uninstalled = emptyFolder("uninstalled");
  const watchOnce = ["watch", "--once", "--json", "agent_registry.yaml"];
  for (
    const [file, ...args] of [
      ["npx", "--yes", name],
      ["deno", "run", "-A", `npm:${name}`],
      ["bunx", name],
    ]
  ) {
    const event = JSON.parse(await run(file, [...args, ...watchOnce], uninstalled));
    if (event.agentsCount !== 12) throw new Error(`${file} ${args.join(" ")} printed ${event}`);
    console.log(`ok ${file} ${args.join(" ")}`);
  }
  const taken = local.asked.filter((path) => path === `${name}/-/${version}.tgz`).length;
  if (taken < 3) throw new Error(`The package was taken from the registry ${taken} times only`);

  writeFileSync(
    join(folder, "require.cjs"),
    `const { openRegistry } = require("@agent-registry/rx");
     openRegistry("agent_registry.yaml", { watch: false })
       .then(({ snapshot }) => console.log(snapshot.agents.size));`,
  );
  if ((await run("node", ["require.cjs"])).trim() !== "12") {
    throw new Error("require() does not work");
  }
  console.log("ok require() under Node");

  writeFileSync(join(folder, "formats.mjs"), FORMATS);
  const known = (await run("node", ["formats.mjs"])).trim();
  if (!known.startsWith("12 undefined\n0 /agents/") || !known.endsWith("/owner")) {
    throw new Error(`The user's formats are not those of the package: ${known}`);
  }
  console.log("ok the user's TypeBox under Node");

  for (const entry of [name, `${name}/browser`]) {
    writeFileSync(join(folder, "page.mjs"), IN_BROWSER(entry));
    const into = ["--bundle", "--platform=browser", "--format=esm", "--outfile=page.out.mjs"];
    await run(join(bin, "esbuild"), ["page.mjs", ...into, "--log-level=warning"]);
    if (/["']node:/.test(readFileSync(join(folder, "page.out.mjs"), "utf8"))) {
      throw new Error(`A bundle of ${entry} for browsers has modules of Node`);
    }
    const printed = (await run("node", ["page.out.mjs"])).trim();
    if (printed !== "true \nfalse a.yaml") {
      throw new Error(`In a page ${entry} printed: ${printed}`);
    }
    console.log(`ok ${entry} for browsers`);
  }

  writeFileSync(join(folder, "bundled.mjs"), BUNDLED);
  const bundle = join(mkdtempSync(join(folder, "bundle-")), "bundle.mjs");
  const into = ["--bundle", "--platform=node", "--format=esm", `--outfile=${bundle}`];
  await run(join(bin, "esbuild"), ["bundled.mjs", ...into, "--log-level=warning"]);
  // Nothing else is there: what is not in the bundle is missed.
  renameSync(join(folder, "node_modules"), join(folder, "moved"));
  for (const [name, [file, ...args]] of Object.entries(runtimes)) {
    const printed = (await run(file, [...args, bundle, "agent_registry.yaml"])).trim();
    if (printed !== "12\nbroken.yaml yaml-syntax\nempty.json") {
      throw new Error(`The bundle under ${name} printed: ${printed}`);
    }
    console.log(`ok bundle under ${name}`);
  }
  renameSync(join(folder, "moved"), join(folder, "node_modules"));

  const command = join(folder, "node_modules/.bin/agent-registry");
  for (const [name, [file, ...args]] of Object.entries({ ...runtimes, Node: [command] })) {
    const event = JSON.parse(
      await run(file, [...args, ...(name === "Node" ? [] : [command]), ...watchOnce]),
    );
    if (event.agentsCount !== 12) throw new Error(`The bin under ${name} found ${event}`);
    console.log(`ok bin under ${name}`);
  }

  await checkTypes();

  // All of the above ran without the optional peer.
  const peer = "node_modules/@opentelemetry/api";
  if (existsSync(join(folder, peer))) throw new Error("OpenTelemetry was installed unasked");
  const { version: wanted } = JSON.parse(readFileSync(`${peer}/package.json`, "utf8"));
  await run("npm", ["install", ...QUIETLY, `@opentelemetry/api@${wanted}`]);
  writeFileSync(join(folder, "metrics.mjs"), METRICS);
  for (const [name, [file, ...args]] of Object.entries(runtimes)) {
    const counted = (await run(file, [...args, "metrics.mjs"])).trim();
    if (counted !== "agent_registry.reloads 1 applied") {
      throw new Error(`The metrics under ${name} are: ${counted}`);
    }
    console.log(`ok metrics under ${name}`);
  }
} finally {
  local.close();
  rmSync(temp, { recursive: true, force: true });
}

/** Makes an empty folder beside the others, but for a registry file, and for where to get packages. */
function emptyFolder(name) {
  const made = join(temp, name);
  mkdirSync(made);
  writeFileSync(join(made, "agent_registry.yaml"), registry);
  const token = `${local.url.replace("http:", "")}:_authToken=rehearsal`;
  writeFileSync(join(made, ".npmrc"), `registry=${local.url}\n${token}\n`);
  return made;
}

/**
 * Type-checks a program and all declarations that it reads, by the oldest TypeScript that README names and
 * without @types/node, and looks at what an editor shows.
 */
async function checkTypes() {
  const [, oldest] = /TypeScript (\d+\.\d+) or newer/.exec(readme);
  const typescript = `typescript@~${oldest}.0`;
  await run("npm", ["install", ...QUIETLY, typescript]);
  const program = join(folder, "program.mts");
  writeFileSync(program, TYPED);
  const options = ["--strict", "--target", "es2022", "--module", "nodenext", "--noEmit"];
  await run("node", ["node_modules/typescript/bin/tsc", ...options, "program.mts"]);

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
async function follow(how, [command, ...args], cwd) {
  const [, program] = /```ts ignore\n(.*?)```/s.exec(readme);
  const save = (text) => writeFileSync(join(cwd, "agent_registry.yaml"), text);
  writeFileSync(join(cwd, "program.mjs"), program);
  save(registry);
  const stdio = ["ignore", "pipe", "inherit"];
  const child = spawn(command, [...args, "program.mjs"], { cwd, env, stdio });
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
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
  save(registry);
  for (const line of ["platform\n", "translator is 4.0.3", "translator is 4.1.0", "1 updated"]) {
    if (!printed.includes(line)) throw new Error(`README's program under ${how}: ${printed}`);
  }
  console.log(`ok README's program under ${how}`);
}

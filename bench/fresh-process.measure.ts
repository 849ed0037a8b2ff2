import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { test } from "vitest";
import { medians, report } from "./compare.ts";
import { idsOf, registryOf } from "./large-registry.ts";

// What is measured is the built module, as it is installed: `npm run build` comes first.
const built = resolve("dist/mod.js");

test.skipIf(!existsSync(built))("cold load of 100 agents in a fresh process", async () => {
  // Beside the module: that is where Deno looks for what it may import.
  const folder = mkdtempSync(resolve("dist/fresh-"));
  const registry = join(folder, "agents.yaml");
  writeFileSync(registry, registryOf(idsOf(100)));
  const script = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const jsYaml = process.env["JS_YAML"] ?? resolve("node_modules/js-yaml/dist/js-yaml.mjs");
  const loading = `import { load } from ${JSON.stringify(pathToFileURL(jsYaml).href)};
    import { readFileSync } from "node:fs";
    const text = readFileSync(${JSON.stringify(registry)}, "utf8");
    if (Object.keys(load(text).agents).length !== 100) throw new Error();`;
  const scripts = {
    nothing: script("nothing.mjs", ""),
    ours: script(
      "ours.mjs",
      `import { memorySource, openRegistry } from ${JSON.stringify(pathToFileURL(built).href)};
       import { readFileSync } from "node:fs";
       const source = memorySource({ a: readFileSync(${JSON.stringify(registry)}) });
       const registry = await openRegistry(source, { watch: false });
       if (registry.snapshot.agents.size !== 100) throw new Error();`,
    ),
    jsYaml: script("js-yaml.mjs", loading),
    rxjs: script("rxjs.mjs", 'import "rxjs";'),
    // Who follows something has Observables anyway.
    jsYamlAndRxjs: script("js-yaml-and-rxjs.mjs", `import "rxjs"; ${loading}`),
  };
  const call = "Deno" in globalThis ? ["run", "-A"] : [];
  const run = (path: string) => () => execFileSync(process.execPath, [...call, path]);
  const found = await medians({
    nothing: run(scripts.nothing),
    ours: run(scripts.ours),
    jsYaml: run(scripts.jsYaml),
    rxjs: run(scripts.rxjs),
    jsYamlAndRxjs: run(scripts.jsYamlAndRxjs),
  }, { rounds: 15 });
  rmSync(folder, { recursive: true, force: true });
  const work = "cold load of 100 agents in a fresh process, imports included";
  report(work, "the same with js-yaml load alone", found["ours"]!, found["jsYaml"]!);
  report(work, "the same with js-yaml load and rxjs", found["ours"]!, found["jsYamlAndRxjs"]!);
  report(
    "a fresh process that imports rxjs, and nothing else",
    "js-yaml",
    found["rxjs"]!,
    found["jsYaml"]!,
  );
  const [ours, other] = [found["ours"]! - found["nothing"]!, found["jsYaml"]! - found["nothing"]!];
  report(
    `${work}, start of an empty process taken off`,
    "the same with js-yaml load alone",
    ours,
    other,
  );
}, 600_000);

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { medians } from "./compare.ts";
import { measure } from "./measure.ts";
import { slower } from "./rows.ts";
import { entries, registryText } from "./styles.ts";

// A process that reads 100 agents and ends: mostly the time that imports take. What is measured is the
// built module, as it is installed: `npm run build` comes first.

await measure("100 agents in a fresh process", async () => {
  const built = resolve("dist/mod.js");
  if (!existsSync(built)) throw new Error(`Expected ${built}: run \`npm run build\` first`);
  // Beside the module: that is where Deno looks for what it may import.
  const folder = mkdtempSync(resolve("dist/fresh-"));
  const registry = join(folder, "agents.yaml");
  writeFileSync(registry, registryText("plain", entries(100)));
  const call = "Deno" in globalThis ? ["run", "-A"] : [];
  const program = (name: string, text: string) => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, text);
    return () => execFileSync(process.execPath, [...call, path]);
  };
  const [path, module] = [registry, pathToFileURL(built).href].map((text) => JSON.stringify(text));
  const read = 'import { readFileSync } from "node:fs";';
  const withJsYaml = `import { load } from "js-yaml"; ${read}
    if (Object.keys(load(readFileSync(${path}, "utf8")).agents).length !== 100) throw new Error();`;
  const check = "if (registry.snapshot.agents.size !== 100) throw new Error();";
  const times = await medians({
    nothing: program("nothing", ""),
    memory: program(
      "memory",
      `import { memorySource, openRegistry } from ${module}; ${read}
       const source = memorySource({ a: readFileSync(${path}) });
       const registry = await openRegistry(source, { watch: false }); ${check}`,
    ),
    file: program(
      "file",
      `import { openRegistry } from ${module};
       const registry = await openRegistry(${path}, { watch: false }); ${check}`,
    ),
    watched: program(
      "watched",
      `import { openRegistry } from ${module};
       const registry = await openRegistry(${path}); ${check} await registry.close();`,
    ),
    jsYaml: program("js-yaml", withJsYaml),
    // Who follows something has Observables anyway.
    jsYamlAndRxjs: program("js-yaml-and-rxjs", `import "rxjs"; ${withJsYaml}`),
  }, { rounds: 21, seconds: 30, collect: false });
  rmSync(folder, { recursive: true, force: true });
  const work = "100 agents in a fresh process";
  slower(work, "js-yaml and rxjs in one", times.memory, times.jsYamlAndRxjs, 1.5);
  slower(`${work}, from a file`, "js-yaml and rxjs in one", times.file, times.jsYamlAndRxjs);
  slower(
    `${work}, from a file, watched, until closed`,
    "js-yaml and rxjs in one",
    times.watched,
    times.jsYamlAndRxjs,
  );
  slower(work, "js-yaml in one", times.memory, times.jsYaml);
  slower(work, "an empty process", times.memory, times.nothing);
});

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type BuildOptions } from "esbuild";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string): string => readFileSync(`${root}/${file}`, "utf8");
const json = (file: string): Record<string, never> => JSON.parse(read(file));

/** By entry point: what it may load beside its own code, and how large that is at most, in kB. */
const ENTRIES: Readonly<Record<string, readonly [packages: RegExp, limit: number]>> = {
  ".": [/^(rxjs|@sinclair\/typebox(\/\w+)?|js-yaml|yaml|jsonc-parser|chokidar|node:\S+)$/, 74],
  "./browser": [/^(rxjs|@sinclair\/typebox(\/\w+)?|js-yaml|yaml|jsonc-parser)$/, 48],
  "./client": [/^rxjs$/, 12],
  "./serve": [/^(rxjs|hono(\/\S+)?)$/, 44],
  "./nats": [/^(rxjs|@nats-io\/kv|node:buffer|node:crypto)$/, 7],
  "./otel": [/^@opentelemetry\/api$/, 2],
};

const exports: Readonly<Record<string, string>> = json("deno.json")["exports"]!;

/** Bundles as for a page, and gives sizes in kB, minified and gzipped. */
async function bundle(options: BuildOptions) {
  const { outputFiles = [], metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    outdir: "page",
    ...options,
  });
  const files = Object.entries(metafile!.outputs).map(([path, { imports, entryPoint }]) => {
    const { contents } = outputFiles.find((file) => file.path.endsWith(path.split("/").at(-1)!))!;
    const size = gzipSync(contents, { level: 9 }).length / 1000;
    return { path, size, imports, isEntry: entryPoint?.includes("<stdin>") === true, entryPoint };
  });
  return { files, inputs: Object.keys(metafile!.inputs) };
}

describe.each(Object.entries(ENTRIES))("the entry point %s", (name, [allowed, limit]) => {
  test(`is at most ${limit} kB beside its packages`, async () => {
    const { files: [file] } = await bundle({ entryPoints: [exports[name]!], packages: "external" });
    const packages = new Set(file!.imports.map(({ path }) => path));
    for (const one of packages) expect(one).toMatch(allowed);
    expect(file!.size).toBeLessThanOrEqual(limit);
    // Room for a feature, not for one that nobody looked at.
    expect(file!.size).toBeGreaterThan(limit * 0.4);
  });
});

test("every entry point is in both manifests and has a budget", () => {
  const { exports: ofPackage } = json("package.json") as unknown as { exports: object };
  const names = Object.keys(exports).filter((name) => name !== "./cli");
  expect(Object.keys(ofPackage)).toEqual([...names, "./package.json"]);
  expect(Object.keys(ENTRIES).toSorted()).toEqual(names.toSorted());
});

describe("in a page", () => {
  /** What is loaded for some exports, dependencies included: at once, and only when it is needed. */
  async function page(names: string) {
    const contents = `export { ${names} } from "./src/browser/mod.ts";`;
    const { files, inputs } = await bundle({
      stdin: { contents, resolveDir: root, loader: "ts" },
      platform: "browser",
      splitting: true,
    });
    const byPath = new Map(files.map((file) => [file.path, file]));
    const now = new Set<string>();
    const load = (path: string): void => {
      if (now.has(path)) return;
      now.add(path);
      for (const { kind, path: other } of byPath.get(path)!.imports) {
        if (kind === "import-statement") load(other);
      }
    };
    load(files.find(({ isEntry }) => isEntry)!.path);
    const sizeOf = (isNow: boolean): number =>
      files.filter(({ path }) => now.has(path) === isNow).reduce((sum, { size }) => sum + size, 0);
    return { atOnce: sizeOf(true), later: sizeOf(false), inputs };
  }

  // As docs/checking.md has it.
  test.each([
    ["formatIssue", 0.5],
    ["memorySource", 6],
    ["AgentSchema", 13],
    ["checkRegistry", 89],
  ])("%s takes about %d kB with all that it needs, and docs say so", async (names, kilobytes) => {
    const { atOnce, inputs } = await page(names);
    expect(Math.abs(atOnce - kilobytes), `${atOnce} kB`).toBeLessThan(kilobytes / 10 + 0.2);
    expect(read("docs/checking.md")).toMatch(
      new RegExp(`\\| \`${names}\` +\\| +${kilobytes}( kB)? `),
    );
    expect(inputs.filter((path) => /chokidar|^node:/.test(path))).toEqual([]);
  });

  test("checkRegistry loads the second YAML parser only when it is needed", async () => {
    const { atOnce, later } = await page("checkRegistry");
    expect(later).toBeGreaterThan(25);
    expect((await page("formatIssue")).atOnce).toBeLessThan(atOnce / 100);
  });
});

test("the main entry loads nothing of serving", async () => {
  const { inputs } = await bundle({ entryPoints: ["mod.ts"], packages: "external" });
  expect(inputs.filter((path) => /src\/(serve|client|nats|otel|cli)\//.test(path))).toEqual([]);
});

test("the main entry leaves YAML's second parser, and all optional packages, until they are needed", async () => {
  const { files: [file] } = await bundle({ entryPoints: ["mod.ts"], packages: "external" });
  const atOnce = new Set(
    file!.imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path),
  );
  expect(atOnce).toContain("js-yaml");
  const { peerDependencies } = json("package.json") as unknown as { peerDependencies: object };
  const later = ["yaml", ...Object.keys(peerDependencies)];
  expect(
    [...atOnce].filter((path) =>
      later.some((name) => path === name || path.startsWith(`${name}/`))
    ),
  ).toEqual([]);
});

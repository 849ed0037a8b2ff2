import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** What a browser has to load beside rxjs, in bytes, minified and gzipped. */
const LIMIT = 12_000;

async function bundle(entry: string) {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../../${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    packages: "external",
  });
  const [output] = Object.values(metafile.outputs);
  const packages = new Set(output!.imports.map(({ path }) => path));
  return { size: gzipSync(outputFiles[0]!.contents, { level: 9 }).length, packages };
}

test("the client depends on rxjs alone, and takes at most 12 kB beside it", async () => {
  const { size, packages } = await bundle("src/client/connect-registry.ts");
  expect(packages).toEqual(new Set(["rxjs"]));
  expect(size).toBeLessThanOrEqual(LIMIT);
});

test("mod.ts loads nothing of serving", async () => {
  const { packages } = await bundle("mod.ts");
  expect(packages).toContain("yaml");
  for (const name of packages) expect(name).not.toMatch(/^(hono|srvx|eventsource-parser)\b/);
});

test("the server loads hono, and neither YAML nor the file system", async () => {
  const { packages } = await bundle("src/serve/serve-registry.ts");
  expect(packages).toContain("hono");
  for (const name of packages) expect(name).toMatch(/^(rxjs|hono)(\/|$)/);
});

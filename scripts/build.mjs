// Builds dist/: a bundled file for each entry point of deno.json, with its source map, and the types.
//
// A process that opens a registry spends most of its time on loading modules, so it should load few.
// Dependencies stay what they are, imports, but for those in INLINED.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

/** The files that stand for these imports, below node_modules, and why. */
const INLINED = {
  // For Node it offers CommonJS only, whose `require("process")` no bundler can turn into an ES module.
  "yaml": "yaml/browser/index.js",
  // Its CommonJS gets `require` as an argument, where no bundler sees what it requires.
  "jsonc-parser": "jsonc-parser/lib/esm/main.js",
};

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const { exports } = read("deno.json");
const { dependencies, peerDependencies } = read("package.json");
const { browser, ...entryPoints } = Object.fromEntries(
  Object.entries(exports).map(([name, file]) => [name === "." ? "mod" : name.slice(2), file]),
);

const inline = {
  name: "inline",
  setup({ onResolve }) {
    onResolve(
      { filter: /^[^./]/ },
      ({ path }) =>
        Object.hasOwn(INLINED, path)
          ? { path: resolve("node_modules", INLINED[path]), sideEffects: false }
          : undefined,
    );
  },
};

/** Other entry points import the public face as a file of its own: its classes are there once. */
const face = {
  name: "face",
  setup({ onResolve }) {
    onResolve(
      { filter: /\/mod\.ts$/ },
      // The entry point for NATS is a mod.ts, too.
      ({ kind, path, resolveDir }) =>
        kind !== "entry-point" && resolve(resolveDir, path) === resolve("mod.ts")
          ? { path: "./mod.js", external: true }
          : undefined,
    );
  },
};

rmSync("dist", { recursive: true, force: true });
const common = {
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  // What two entry points share is in a file that both import, and what is imported later in its own.
  splitting: true,
  format: "esm",
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  metafile: true,
  external: Object.keys({ ...dependencies, ...peerDependencies }).flatMap((
    name,
  ) => [name, `${name}/*`]),
  plugins: [face, inline],
};
const { metafile } = await build({
  ...common,
  entryPoints,
  platform: "node",
  target: "node20.19",
});
// By itself, so that it shares no file with what is for a server: a module of Node in it is an error. What is
// inlined above, bundlers for browsers find by themselves.
await build({
  ...common,
  entryPoints: { browser },
  platform: "browser",
  target: "es2022",
  plugins: [],
});

const licenses = Object.entries(INLINED).map(([name, file]) => {
  const inputs = Object.keys(metafile.inputs);
  if (!inputs.includes(`node_modules/${file}`)) return "";
  const folder = join("node_modules", name);
  const [license] = readdirSync(folder).filter((name) => /^license/i.test(name));
  return `${name}\n\n${readFileSync(join(folder, license), "utf8")}\n`;
});
writeFileSync("dist/THIRD-PARTY-LICENSES.txt", licenses.join(""));
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });

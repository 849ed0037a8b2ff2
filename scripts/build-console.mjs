// Makes src/serve/console-page.ts of what is in src/serve/console: strings in a module, because files
// that are looked up at run time get lost in packages. With --check it only says whether that is current.
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const path = (name) => fileURLToPath(new URL(`../src/serve/${name}`, import.meta.url));

const { outputFiles: [script] } = await build({
  entryPoints: [path("console/page.ts")],
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome120", "firefox121", "safari17"],
  charset: "utf8",
  legalComments: "none",
  tsconfig: path("console/tsconfig.json"),
  write: false,
});
const { outputFiles: [style] } = await build({
  entryPoints: [path("console/page.css")],
  minify: true,
  target: ["chrome120", "firefox121", "safari17"],
  charset: "utf8",
  write: false,
});

const files = {
  "": ["text/html", readFileSync(path("console/page.html"), "utf8")],
  "console.css": ["text/css", style.text],
  "console.js": ["text/javascript", script.text],
};
const entries = Object.entries(files).map(([name, [type, text]]) =>
  `  ${JSON.stringify(name)}: {
    type: "${type}; charset=utf-8",
    text: ${JSON.stringify(text)},
  },
`
);
const module = `// Made by scripts/build-console.mjs of what is in src/serve/console: do not edit.
// deno-fmt-ignore-file

/** A file of the console page. */
export interface ConsoleFile {
  /** Its media type. */
  readonly type: string;
  /** Its text. */
  readonly text: string;
}

/** The files of the console page, by their path below the server's base; \`""\` is the page itself. */
export const CONSOLE_PAGE: Readonly<Record<string, ConsoleFile>> = {
${entries.join("")}};
`;

const target = path("console-page.ts");
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== module) {
    console.error("src/serve/console-page.ts is not current: run node scripts/build-console.mjs");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, module);
  const size = (text) => `${(text.length / 1024).toFixed(1)} KiB`;
  console.log(`script ${size(script.text)}, style ${size(style.text)}`);
}

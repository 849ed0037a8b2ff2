// Lets Node 20 run TypeScript files as they are: node --import ./scripts/typescript-on-node.mjs x.ts
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { register } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";

// The hooks run in a thread of their own, which loads this file again.
if (isMainThread) register(import.meta.url);

// Loading the compiler takes longer than most programs run: what it made is kept.
const cache = fileURLToPath(new URL("../node_modules/.cache/typescript-on-node/", import.meta.url));

export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const text = readFileSync(fileURLToPath(url), "utf8");
  const kept = `${cache}${createHash("sha256").update(text).digest("hex")}.js`;
  return {
    format: "module",
    source: read(kept) ?? await transpile(text, kept),
    shortCircuit: true,
  };
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

async function transpile(text, kept) {
  const { default: typescript } = await import("typescript");
  const { ModuleKind, ScriptTarget } = typescript;
  const source = typescript.transpile(text, {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
  });
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, source);
  renameSync(`${kept}.${process.pid}`, kept);
  return source;
}

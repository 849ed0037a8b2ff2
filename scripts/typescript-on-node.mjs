// Lets Node 20 run TypeScript files as they are: node --import ./scripts/typescript-on-node.mjs x.ts
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import typescript from "typescript";

// The hooks run in a thread of their own, which loads this file again.
if (isMainThread) register(import.meta.url);

export function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const { ModuleKind, ScriptTarget, transpile } = typescript;
  const source = transpile(readFileSync(fileURLToPath(url), "utf8"), {
    module: ModuleKind.ESNext,
    target: ScriptTarget.ES2022,
    verbatimModuleSyntax: true,
  });
  return { format: "module", source, shortCircuit: true };
}

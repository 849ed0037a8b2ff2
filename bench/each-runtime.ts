import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules/.bin");
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  Node: ["node", "--expose-gc", "--import", join(root, "scripts/typescript-on-node.mjs")],
  Deno: [join(bin, "deno"), "run", "-A", "--v8-flags=--expose-gc"],
  Bun: [join(bin, "bun")],
};

/** What a program printed as JSON on one runtime. */
export interface Measured<T> {
  readonly runtime: string;
  readonly result: T;
}

/**
 * Runs a program on each runtime, one after the other, and reads what it prints as JSON.
 *
 * @param only the runtimes to run it on, by their names; all when there are none
 */
export async function onEachRuntime<T>(
  program: string,
  env: Readonly<Record<string, string>>,
  only: readonly string[] = [],
): Promise<readonly Measured<T>[]> {
  const measured: Measured<T>[] = [];
  for (const [runtime, [command, ...args]] of Object.entries(RUNTIMES)) {
    if (only.length > 0 && !only.includes(runtime)) continue;
    const printed = await run(command!, [...args, fileURLToPath(program)], env);
    measured.push({ runtime, result: JSON.parse(printed) });
  }
  return measured;
}

function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (chunk) => out += chunk);
    child.on("error", reject);
    child.on("close", () => resolve(out));
  });
}

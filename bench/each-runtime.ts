import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules/.bin");
/** How a TypeScript program is run on each runtime, with a garbage collector that can be called. */
export const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
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
 * @param seconds after which it is killed; then there is nothing to be read, which is an error
 */
export async function onEachRuntime<T>(
  program: string,
  env: Readonly<Record<string, string>>,
  only: readonly string[] = [],
  seconds?: number,
): Promise<readonly Measured<T>[]> {
  const measured: Measured<T>[] = [];
  for (const [runtime, [command, ...args]] of Object.entries(RUNTIMES)) {
    if (only.length > 0 && !only.includes(runtime)) continue;
    const printed = await run(command!, [...args, fileURLToPath(program)], env, seconds);
    measured.push({ runtime, result: JSON.parse(printed) });
  }
  return measured;
}

function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  seconds: number | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const timer = seconds === undefined
      ? undefined
      : setTimeout(() => child.kill("SIGKILL"), seconds * 1_000);
    let out = "";
    child.stdout.on("data", (chunk) => out += chunk);
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve(out);
    });
  });
}

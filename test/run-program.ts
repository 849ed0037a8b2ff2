import { execFile } from "node:child_process";
import process from "node:process";
import { oneModule } from "./one-module.ts";

/** What became of a program. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program on the runtime that runs this test: under vitest its console, say, is not its own.
 *
 * @param code TypeScript; it imports by URL
 */
export async function run(code: string): Promise<Ended> {
  const { Deno, Bun } = globalThis as { Deno?: unknown; Bun?: unknown };
  const args = Deno
    ? ["eval", "--ext=ts", code]
    : Bun
    ? ["--eval", code]
    : ["--input-type=module", "-"];
  const input = Deno || Bun ? "" : await oneModule(code);
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, args, { timeout: 25_000 }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

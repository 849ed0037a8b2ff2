import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Content, content } from "./content.ts";

/** A directory for one test. */
export interface Place extends AsyncDisposable {
  /** The directory; the watched file is somewhere below it. */
  readonly root: string;
  /** Puts a content where a writer finds it: not below `root`, but on the same file system. */
  prepare(name: string, prepared?: Content): Promise<string>;
  /** Runs a shell script in `root`, in a process of its own, and gives what it printed. */
  run(script: string, env?: Readonly<Record<string, string>>): Promise<string>;
}

/** Makes a temporary directory, which is removed in the end. */
export async function makePlace(): Promise<Place> {
  const base = await mkdtemp(join(tmpdir(), "agents-"));
  const root = join(base, "root");
  const stage = join(base, "stage");
  const run = (script: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
    runShell(script, base, { ...env, root, stage });
  await run('mkdir "$root" "$stage"');
  return {
    root,
    async prepare(name, prepared = content(name)) {
      await writeFile(join(stage, name), prepared.text);
      return join(stage, name);
    },
    run: (script, env) => run(`cd "$root"\n${script}`, env),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function runShell(script: string, cwd: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-euc", script], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => out += chunk);
    child.stderr.on("data", (chunk) => err += chunk);
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`The writer ended with ${code}: ${err}${out}`));
    });
  });
}

/** Whether a program is there. */
export function hasProgram(name: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${name}`]).status === 0;
}

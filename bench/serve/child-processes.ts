import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { RUNTIMES } from "../each-runtime.ts";
import type { Seen } from "./following.ts";
import type { Usage } from "./serving.ts";

/** A process that serves a registry file. */
export interface ServingProcess {
  readonly url: string;
  usage(): Promise<Usage>;
  end(): Promise<void>;
}

/** Starts a server on a runtime. */
export async function servingProcess(runtime: string, file: string): Promise<ServingProcess> {
  const child = start(RUNTIMES[runtime]!, "serving", file);
  for await (const url of createInterface({ input: child.stdout! })) {
    return {
      url,
      usage: async () => await (await fetch(`${url}usage`)).json() as Usage,
      end: () => ended(child),
    };
  }
  throw new Error(`The server on ${runtime} ended`);
}

/** A process of followers, on Node. */
export class FollowingProcess {
  readonly #child: ChildProcess;
  readonly #seen = new Map<number, Seen>();
  #told: () => void = () => {};

  /** @param everyMs how often each polls the file, 0 to follow events */
  constructor(url: string, count: number, everyMs: number) {
    this.#child = start(RUNTIMES["Node"]!, "following", url, String(count), String(everyMs));
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      const seen = JSON.parse(line) as Seen;
      this.#seen.set(seen.edit, seen);
      this.#told();
    });
  }

  /** Resolves once all of them have seen an edit. */
  async sees(edit: number): Promise<Seen> {
    while (!this.#seen.has(edit)) await new Promise<void>((resolve) => this.#told = resolve);
    return this.#seen.get(edit)!;
  }

  end(): Promise<void> {
    return ended(this.#child);
  }
}

function start(
  [command, ...flags]: readonly string[],
  program: string,
  ...args: readonly string[]
): ChildProcess {
  const path = fileURLToPath(new URL(`./${program}.ts`, import.meta.url));
  // Each ends when nobody can write to it any more.
  return spawn(command!, [...flags, path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
}

async function ended(child: ChildProcess): Promise<void> {
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.kill("SIGKILL");
  await closed;
}

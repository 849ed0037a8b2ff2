import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { oneModule } from "../one-module.ts";
import { randomFrom, RandomRegistry } from "./pair/random-registry.ts";
import { unreliableLine } from "./pair/unreliable-line.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const runtimes: Readonly<Record<string, readonly string[]>> = {
  node: ["node", "--input-type=module", "-"],
  deno: ["node_modules/.bin/deno", "run", "-A", "--no-check", "--quiet", "-"],
  bun: ["node_modules/.bin/bun", "run", "-"],
};
const here = process.env["EXPECT_RUNTIME"] ?? "node";
const all = Object.keys(runtimes);
/** `npm run test:serve` takes every pair, the suite that of the runtime that it runs on. */
const pairs = process.env["SERVE_PAIRS"] === "all"
  ? all.flatMap((server) => all.map((follower) => [server, follower] as const))
  : [[here, here] as const];
const edits = Number(process.env["SERVE_EDITS"] ?? 8);
/** A minute is what `npm run test:serve` tries; in the suite what is missed says enough. */
const sleepMs = Number(process.env["SERVE_SLEEP_MS"] ?? 0);
const seed = Number(process.env["SERVE_SEED"] ?? 20_261_128);

async function start(runtime: string, program: string, argument: string) {
  const [command, ...args] = runtimes[runtime]!;
  const file = new URL(`./pair/${program}.ts`, import.meta.url);
  const code = `await import(${JSON.stringify(file.href)});`;
  const child = spawn(command!, [...args, argument], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(runtime === "node" ? await oneModule(code) : code);
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url, pid] = /^at (\S+) (\d+)$/.exec(line) ?? [];
    if (url === undefined) continue;
    const signal = (name: NodeJS.Signals): void => void process.kill(Number(pid), name);
    let isAlive = true;
    const kill = (): void => {
      if (isAlive) signal("SIGKILL");
      isAlive = false;
    };
    onTestFinished(kill);
    const post = async (path: string, body: string): Promise<unknown> => {
      const response = await fetch(`${url}${path}`, { method: "POST", body });
      return await response.json();
    };
    return { url, post, signal, kill };
  }
  throw new Error(`${program} ended on ${runtime}`);
}

test.each(pairs)("%s serves, %s follows, and is the same after every edit", async (on, by) => {
  const random = randomFrom(seed);
  const model = new RandomRegistry(random, 40);
  let server = await start(on, "serving", model.text);
  const line = await unreliableLine(server.url, randomFrom(seed));
  const follower = await start(by, "following", line.url);
  const edit = (): Promise<unknown> => server.post("edit", model.edit());
  const expectSame = async (truth: unknown, what: string): Promise<void> => {
    expect(await follower.post("same", JSON.stringify(truth)), what).toEqual(truth);
  };

  await expectSame(await server.post("edit", ""), "at first");
  for (let at = 0; at < edits; at++) await expectSame(await edit(), `edit ${at} of seed ${seed}`);

  follower.signal("SIGSTOP");
  for (let at = 0; at < 5; at++) await edit();
  if (on === by && sleepMs > 0) await new Promise((resolve) => setTimeout(resolve, sleepMs));
  follower.signal("SIGCONT");
  await expectSame(await edit(), "after it slept");

  server.kill();
  const other = new RandomRegistry(random, 10);
  server = await start(on, "serving", other.text);
  line.leadTo(server.url);
  await expectSame(await server.post("edit", ""), "after another server took its place");
  await expectSame(await server.post("edit", other.edit()), "after an edit there");
}, 120_000 + edits * 2_000 + sleepMs);

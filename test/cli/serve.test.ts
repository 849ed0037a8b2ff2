import { createServer, request } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connectRegistry } from "../../src/client/connect-registry.ts";
import { registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";
import { until } from "../until.ts";
import { type CliRun, runInside } from "./run.ts";

function file(text = registryText(["planner", "writer"])): string {
  const path = join(tempDir(), "agents.yaml");
  writeFileSync(path, text);
  return path;
}

async function addressOf(run: CliRun): Promise<string> {
  const [address] = /http:\S+\//.exec(await run.prints("Ctrl-C ends\n"))!;
  return address;
}

test("serve prints its address, answers there, and ends within a second with streams open", async () => {
  const path = file();
  const run = runInside(["serve", "--port", "0", "--debounce-ms", "0", path]);
  const address = await addressOf(run);
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const registry = await connectRegistry(address, { logger: false });
  writeFileSync(path, registryText(["planner", "writer", "reader"]));
  await until(registry.snapshot$, ({ agents }) => agents.has("reader"));
  await run.prints("revision 2, 3 agents");
  const response = await fetch(`${address}agents?q=reader`);
  expect(response.status).toBe(200);
  await response.text();
  const interrupted = performance.now();
  run.interrupt();
  expect(await run.code).toBe(0);
  expect(performance.now() - interrupted).toBeLessThan(1_000);
  await until(registry.status$, ({ watching }) => watching === "disconnected");
  await registry.close();
});

test("serve takes its flags", async () => {
  const flags = ["--token", "abc", "--write", "--redact", "owner", "--no-frames", "--base", "/x"];
  const run = runInside(["serve", "--port", "0", "--host", "localhost", ...flags, file()]);
  const address = await addressOf(run);
  expect(address).toMatch(/:\d+\/x\/$/);
  const ask = async (path: string, init: RequestInit = {}): Promise<[number, string]> => {
    const headers = { authorization: "Bearer abc" };
    const response = await fetch(`${address}${path}`, { headers, ...init });
    return [response.status, await response.text()];
  };
  expect((await ask("agents", { headers: {} }))[0]).toBe(401);
  const [status, agents] = await ask("agents");
  expect(status).toBe(200);
  expect(agents).not.toContain("owner");
  const [posted] = await ask("reload", {
    method: "POST",
    headers: { authorization: "Bearer abc" },
  });
  expect(posted).toBe(200);
  run.interrupt();
  expect(await run.code).toBe(0);
});

test("serve answers by the names of this machine only", async () => {
  const run = runInside(["serve", "--port", "0", file()]);
  const address = await addressOf(run);
  const statusFor = (host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request(`${address}status`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", reject).end();
    });
  expect(await statusFor("localhost:7411")).toBe(200);
  expect(await statusFor("evil.example")).toBe(421);
  run.interrupt();
  expect(await run.code).toBe(0);
});

test("serve waits for a good file, and says what is wrong", async () => {
  const path = file("agents: [");
  const run = runInside(["serve", "--port", "0", "--debounce-ms", "0", path]);
  const address = await addressOf(run);
  const health = await fetch(`${address}healthz`);
  expect(health.status).toBe(503);
  expect(await health.text()).toContain("agents.yaml:1:");
  writeFileSync(path, registryText(["planner"]));
  await run.prints("in sync again: revision 1, 1 agent");
  writeFileSync(path, "agents: [");
  await run.prints("1 issue, still serving revision 1, 1 agent");
  writeFileSync(path, registryText(["planner"]));
  await run.prints("in sync again: revision 1, 1 agent, nothing changed");
  run.interrupt();
  expect(await run.code).toBe(0);
});

test("serve says when its port is taken", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  const run = runInside(["serve", "--port", String(port), file()]);
  expect(await run.code).toBe(1);
  expect(run.errors()).toContain("--port");
  await new Promise((resolve) => taken.close(resolve));
});

test.each([
  [["--port", "70000"], "--port"],
  [["--base", "x"], "base"],
  [["--redact", "id"], "id"],
  [["--format", "json"], "--format goes with check only"],
])("serve refuses %j", async (flags, message) => {
  const run = runInside(["serve", ...flags, file()]);
  expect(await run.code).toBe(2);
  expect(run.errors()).toContain(message);
});

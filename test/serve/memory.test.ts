import { connect, type Socket } from "node:net";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { serve } from "srvx";
import { expect, onTestFinished, test } from "vitest";
import { AnyAgentSchema, memorySource, openRegistry } from "../../mod.ts";
import { serveRegistry } from "../../src/serve/serve-registry.ts";
import type { ServeOptions } from "../../src/serve/serve-options.ts";
import { until } from "../until.ts";

const FOLLOWERS = 100;
const AGENTS = 500;

/** Two megabytes, of which every edit changes all. */
const textOf = (edit: number): string => {
  const agents = Array.from(
    { length: AGENTS },
    (_, at) => [`a${at}`, { name: `N${at} ${edit}`, text: "x".repeat(4_000) }],
  );
  return JSON.stringify({ agents: Object.fromEntries(agents) });
};

/** Collects garbage now. */
function collect(): void {
  const { Bun } = globalThis as { Bun?: { gc(force: boolean): void } };
  if (Bun !== undefined) return Bun.gc(true);
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

async function listen(options: ServeOptions = {}) {
  const source = memorySource({ "agents.json": textOf(0) });
  const registry = await openRegistry(source, {
    ...{ schema: AnyAgentSchema, debounceMs: 0, logger: false, history: 2 },
  });
  const handler = serveRegistry<object>(registry, { logger: false, ...options });
  const server = serve({
    ...{ fetch: handler, port: 0, hostname: "127.0.0.1", silent: true, gracefulShutdown: false },
  });
  await server.ready();
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    handler.close();
    await registry.close();
    await server.close(true);
  });
  const port = Number(new URL(server.url!).port);
  const ask = async (request: string): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    socket.on("error", () => {});
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    socket.write(request);
    return socket;
  };
  const edit = async (number: number): Promise<void> => {
    const event = until(registry.reload$);
    source.write("agents.json", textOf(number));
    await event;
  };
  return { ask, edit, url: server.url! };
}

const EVENTS = "GET /events HTTP/1.1\r\nhost: x\r\n\r\n";

/** Resolves with what a socket was told, once it holds a text. */
function heard(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let all = "";
    const take = (bytes: Uint8Array): void => {
      all += String(bytes);
      if (!all.includes(text)) return;
      socket.off("data", take);
      resolve(all);
    };
    socket.on("data", take);
    socket.on("close", () => reject(new Error(`Closed before ${text}: ${all}`)));
  });
}

test("followers that never read cost no more from edit to edit", async () => {
  const { ask, edit } = await listen();
  const reader = await ask(EVENTS);
  await heard(reader, "event: state");
  reader.resume();
  for (let at = 0; at < FOLLOWERS; at++) (await ask(EVENTS)).pause();
  const memory = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1024 / 1024;
  };
  for (let at = 1; at <= 10; at++) await edit(at);
  const before = memory();
  // If they were kept for those who do not read, these messages would be 80 MB.
  for (let at = 11; at <= 50; at++) await edit(at);
  expect(memory() - before).toBeLessThan(40);
}, 120_000);

test("followers beyond the limit are refused, and one that goes makes room", async () => {
  const { ask } = await listen({ maxFollowers: 2 });
  const [first] = [await ask(EVENTS), await ask(EVENTS)].map((socket) => {
    socket.resume();
    return socket;
  });
  const refused = async (): Promise<boolean> => {
    const socket = await ask(EVENTS);
    const status = await heard(socket, "HTTP/1.1");
    if (status.includes(" 200 ")) return false;
    expect(status).toMatch(/ 503 .*retry-after: 10/is);
    socket.destroy();
    return true;
  };
  while (!await refused());
  first!.destroy();
  while (await refused());
});

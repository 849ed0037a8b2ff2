import { connect, type Socket } from "node:net";
import process from "node:process";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen, type ListenOptions } from "../../src/cli/commands/listen.ts";

/** Deno and Bun are no `node:http` inside, and have limits of their own. */
const isNode = process.versions["deno"] === undefined && process.versions["bun"] === undefined;
const IDLE = 10_000;
const LIMIT = 50;

async function listening(limits: Partial<ListenOptions>) {
  const answer = () => Promise.resolve(new Response("here"));
  const server = await listen(answer, {
    port: 0,
    hostname: "127.0.0.1",
    maxConnections: 1_000,
    ...limits,
  });
  const sockets = new Set<Socket>();
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close();
  });
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    sockets.add(socket);
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
    // A connection that is refused may be reset before it is heard of.
    await new Promise<void>((resolve) => {
      socket.once("connect", resolve).once("close", () => resolve());
    });
    return socket;
  };
  return { open, sockets };
}

/** Resolves with all that a socket is told until it is closed. */
async function toldUntilClosed(socket: Socket): Promise<string> {
  let told = "";
  socket.on("data", (bytes) => told += String(bytes));
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return told;
}

describe.runIf(isNode)("a server on Node", () => {
  test(
    "refuses idle connections beyond a limit, and has room again when some have gone",
    async () => {
      const { open, sockets } = await listening({
        maxConnections: LIMIT,
        headersMs: 600_000,
        requestMs: 600_000,
      });
      const kept: Socket[] = [];
      for (let at = 0; at < LIMIT; at++) kept.push(await open());
      for (let at = LIMIT; at < IDLE; at += LIMIT) {
        const refused = await Promise.all(Array.from({ length: LIMIT }, open));
        expect(await Promise.all(refused.map(toldUntilClosed))).toEqual(refused.map(() => ""));
      }
      expect(sockets.size).toBe(LIMIT);
      kept[0]!.destroy();
      kept[1]!.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
      expect(await toldUntilClosed(kept[1]!)).toContain("here");
      // That the first has gone is told by the system, at its own time.
      for (;;) {
        const socket = await open();
        socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        if ((await toldUntilClosed(socket)).includes("here")) break;
      }
    },
    120_000,
  );

  test.each([
    ["nothing", ""],
    ["half a head", "GET / HTTP/1.1\r\nhost: x\r\n"],
  ])("ends a connection that sends %s", async (_, text) => {
    const { open } = await listening({ headersMs: 50, checkMs: 20 });
    const socket = await open();
    socket.write(text);
    expect(await toldUntilClosed(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("ends a connection that sends its body too slowly", async () => {
    const { open } = await listening({ headersMs: 50, requestMs: 100, checkMs: 20 });
    const socket = await open();
    socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10000000000\r\n\r\nx");
    await toldUntilClosed(socket);
  });

  test("refuses a head that is too large", async () => {
    const { open } = await listening({});
    const socket = await open();
    socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx: ${"x".repeat(100_000)}\r\n\r\n`);
    expect(await toldUntilClosed(socket)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A line between a follower and a server. */
export interface UnreliableLine {
  readonly url: string;
  /** Leads to another server from now on, and cuts what is open. */
  leadTo(url: string): void;
}

/**
 * Passes bytes on in pieces and late, and cuts every other connection after a number of them.
 *
 * @param random gives numbers from 0 to 1
 */
export async function unreliableLine(url: string, random: () => number): Promise<UnreliableLine> {
  let target = Number(new URL(url).port);
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    let left = count++ % 2 === 0 ? Math.floor(random() * 12_000) : Infinity;
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", end).on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    near.pipe(far);
    let passing = Promise.resolve();
    far.on("data", (bytes) => {
      passing = passing.then(async () => {
        for (let at = 0; at < bytes.length;) {
          const size = Math.min(Math.ceil(random() * bytes.length), left, bytes.length - at);
          await new Promise((resolve) => setTimeout(resolve, random() * 3));
          near.write(bytes.subarray(at, at + size));
          at += size;
          left -= size;
          if (left <= 0) return end();
        }
      });
    });
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/`,
    leadTo(url) {
      target = Number(new URL(url).port);
      cut();
    },
  };
}

import { connect, createServer, type Socket } from "node:net";
import { concatMap, delay, filter, fromEvent, type Observable, of, takeUntil } from "rxjs";

/** A connection between a client and a server that can be cut, slowed down, and healed. */
export interface Cable extends AsyncDisposable {
  readonly port: number;
  /** How much longer each piece takes, in milliseconds: what a slow network does. */
  delayMs: number;
  /** Nothing gets through any more, and nobody is told: as when a plug is pulled. */
  dead: boolean;
  /** Ends all connections; new ones are possible unless it is dead. */
  cut(): void;
}

/** Lays a cable to a port of this machine. */
export async function layCable(to: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to, "127.0.0.1");
    for (const [from, into] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(from);
      (fromEvent(from, "data") as Observable<Uint8Array>).pipe(
        filter(() => !cable.dead),
        concatMap((data) => cable.delayMs === 0 ? of(data) : of(data).pipe(delay(cable.delayMs))),
        takeUntil(fromEvent(from, "close")),
      ).subscribe((data) => into.write(data));
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        into.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cable: Cable = {
    port: (server.address() as { port: number }).port,
    delayMs: 0,
    dead: false,
    cut: () => sockets.forEach((socket) => socket.destroy()),
    async [Symbol.asyncDispose]() {
      cable.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return cable;
}

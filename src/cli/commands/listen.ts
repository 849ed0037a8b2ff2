import { serve } from "srvx";

/** Where to listen, and what is put up with. Node heeds the limits; Deno and Bun have their own. */
export interface ListenOptions {
  readonly port: number;
  readonly hostname: string;
  /** How many connections may be open at once, whatever they do; more are closed at once. */
  readonly maxConnections: number;
  /** How long a client may take to send the head of a request, or nothing at all. @default 10_000 */
  readonly headersMs?: number | undefined;
  /** How long it may take to send all of a request. @default 30_000 */
  readonly requestMs?: number | undefined;
  /** How often it is looked who takes longer. @default 1_000 */
  readonly checkMs?: number | undefined;
}

/** A server that listens. */
export interface Listening {
  readonly url: string;
  /** Stops listening, and ends every connection. */
  close(): Promise<void>;
}

/** Listens on Node, Deno or Bun. Rejects if it cannot. */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  { port, hostname, maxConnections, ...limits }: ListenOptions,
): Promise<Listening> {
  const { headersMs = 10_000, requestMs = 30_000, checkMs = 1_000 } = limits;
  const server = serve({
    fetch,
    port,
    hostname,
    silent: true,
    gracefulShutdown: false,
    node: {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: checkMs,
    },
  });
  await server.ready();
  const listening = server.node?.server;
  if (listening !== undefined) listening.maxConnections = maxConnections;
  return { url: server.url!, close: async () => await server.close(true) };
}

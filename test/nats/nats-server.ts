import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";
import { fromEvent, map, merge, type Observable } from "rxjs";
import { until } from "../until.ts";

/** A nats-server of a test's own, with JetStream, on a free port of this machine. */
export interface NatsServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Where its streams are kept. */
  readonly store: string;
  readonly process: ChildProcess;
  /** Resolves once it takes connections. */
  start(): Promise<void>;
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  /** A connection with the settings that the documentation asks for; closed with the server. */
  connect(): Promise<NatsConnection>;
}

/** How a server is run. */
export interface NatsServerOptions {
  /** @default a free one */
  readonly port?: number;
  /** Arguments beside address, port and store. */
  readonly args?: readonly string[];
  /** `user:password`, or a token, for the server that asks for it. */
  readonly login?: string;
  /** @default true */
  readonly jetStream?: boolean;
  /** The network namespace that it runs in, and its address there. @default that of the test */
  readonly inside?: { readonly namespace: string; readonly host: string };
}

/** Where Debian and others put nats-server, if it is installed. */
export const natsBinary: string | undefined = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/local/bin",
]
  .map((folder) => join(folder, "nats-server"))
  .find((file) => existsSync(file));

/** A port that nobody uses now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts a server. */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsServer> {
  if (natsBinary === undefined) {
    throw new Error("nats-server is not installed: apt-get install nats-server");
  }
  const { namespace, host = "127.0.0.1" } = options.inside ?? {};
  const [command, ...before] = namespace === undefined
    ? [natsBinary] as const
    : ["ip", "netns", "exec", namespace, natsBinary] as const;
  const port = options.port ?? await freePort();
  const store = mkdtempSync(join(tmpdir(), "agent-registry-nats-"));
  const connections: NatsConnection[] = [];
  let child: ChildProcess;
  const address = {
    ...loginOf(options.login),
    servers: `${host}:${port}`,
    reconnectTimeWait: 200,
    maxReconnectAttempts: -1,
    pingInterval: 10_000,
  };

  const streams = options.jetStream === false ? [] : ["-js", "-sd", store];
  const start = async (): Promise<void> => {
    const args = ["-a", host, "-p", `${port}`, ...streams, ...options.args ?? []];
    child = spawn(command, [...before, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    const line$ = fromEvent(createInterface(child.stderr!), "line") as Observable<string>;
    if (process.env["NATS_LOG"]) line$.subscribe((line) => console.error(line));
    const exit$ = fromEvent(child, "exit").pipe(map((): string => {
      throw new Error(`nats-server has ended with ${child.exitCode}`);
    }));
    // One of a cluster is of use once it knows who leads.
    const ready = args.includes("--cluster") ? /metadata leader/ : /Server is ready/;
    await until(merge(line$, exit$), (line) => ready.test(line), 30_000);
  };
  const kill = (signal: "SIGKILL" | "SIGTERM"): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.kill(signal);
    });
  await start();
  return {
    port,
    url: `nats://${host}:${port}`,
    store,
    get process() {
      return child;
    },
    start,
    kill,
    async connect() {
      const connection = await connect({ ...address }); // it writes to what it is given
      connections.push(connection);
      return connection;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((connection) => connection.close()));
      await kill("SIGKILL");
      rmSync(store, { recursive: true, force: true });
    },
  };
}

function loginOf(text: string | undefined): ConnectionOptions {
  if (text === undefined) return {};
  const [user = "", pass] = text.split(":");
  return pass === undefined ? { token: user } : { user, pass };
}

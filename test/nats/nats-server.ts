import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, test } from "vitest";

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
}

/** Where Debian and others put it. */
const binary = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/bin"]
  .map((folder) => join(folder, "nats-server"))
  .find((file) => existsSync(file));

/** Tests that need nats-server: skipped where there is none, but not in CI, which installs it. */
export const natsTest: typeof test =
  (binary === undefined && process.env["CI"] !== "true" ? test.skip : test) as typeof test;

if (binary === undefined) {
  console.warn("nats-server is not installed: apt-get install nats-server");
}

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
  if (binary === undefined) throw new Error("nats-server is not installed");
  const file = binary;
  const port = options.port ?? await freePort();
  const store = mkdtempSync(join(tmpdir(), "agent-registry-nats-"));
  const connections: NatsConnection[] = [];
  let child: ChildProcess;
  const login = loginOf(options.login);
  const address = {
    ...login,
    port,
    reconnectTimeWait: 200,
    maxReconnectAttempts: -1,
    pingInterval: 10_000,
  };

  const start = async (): Promise<void> => {
    const args = ["-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", store, ...options.args ?? []];
    child = spawn(file, args, { stdio: process.env["NATS_LOG"] ? "inherit" : "ignore" });
    const ended = new Promise<never>((_, reject) => {
      child.once("exit", (code) => reject(new Error(`nats-server has ended with ${code}`)));
    });
    ended.catch(() => {});
    await Promise.race([ended, untilReady({ port, ...login })]);
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
    url: `nats://127.0.0.1:${port}`,
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

async function untilReady(address: ConnectionOptions): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      const connection = await connect({ ...address, timeout: 1_000, reconnect: false });
      const { js } = new (await import("@nats-io/kv")).Kvm(connection);
      await (await js.jetstreamManager()).getAccountInfo();
      return await connection.close();
    } catch (error) {
      // A condition of another process, of which nothing tells but trying.
      if (tries === 200) throw error;
      await wait(50);
    }
  }
}

/** One server for all tests of a file. */
export async function sharedNats(): Promise<NatsServer> {
  const server = await startNats();
  afterAll(() => server[Symbol.asyncDispose]());
  return server;
}

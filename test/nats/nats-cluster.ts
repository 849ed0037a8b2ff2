import { connect, type NatsConnection } from "@nats-io/transport-node";
import { freePort, type NatsServer, startNats } from "./nats-server.ts";

/** Three servers of this machine that stand in for each other. */
export interface NatsCluster extends AsyncDisposable {
  /** By name they are `n0`, `n1` and `n2`. */
  readonly servers: readonly NatsServer[];
  /** A connection to any of them; closed with the cluster. */
  connect(): Promise<NatsConnection>;
}

/** Starts three servers that know each other. */
export async function startCluster(): Promise<NatsCluster> {
  const routes = await Promise.all([freePort(), freePort(), freePort()]);
  const all = routes.map((port) => `nats://127.0.0.1:${port}`);
  const servers = await Promise.all(
    all.map((cluster, at) => {
      const args = ["-n", `n${at}`, "--cluster_name", "tests", "--cluster", cluster];
      return startNats({ args: [...args, "--routes", all.join(",")] });
    }),
  );
  const connections: NatsConnection[] = [];
  return {
    servers,
    async connect() {
      const list = servers.map(({ port }) => `127.0.0.1:${port}`);
      const options = { reconnectTimeWait: 200, maxReconnectAttempts: -1, pingInterval: 5_000 };
      const connection = await connect({ servers: list, ...options });
      connections.push(connection);
      return connection;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((connection) => connection.close()));
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

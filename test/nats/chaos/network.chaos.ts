import { execFileSync } from "node:child_process";
import process from "node:process";
import { connect } from "@nats-io/transport-node";
import { test } from "vitest";
import { startNats } from "../nats-server.ts";
import { natsTest } from "../nats-test.ts";
import { layCable } from "./cable.ts";
import { startStorm } from "./storm.ts";

const NAMESPACE = `agents-${process.pid}`;
const [HERE, THERE] = ["10.213.7.1", "10.213.7.2"];

natsTest("the network is slow, dead, cut, and healed, with edits meanwhile", async () => {
  await using server = await startNats();
  await using cable = await layCable(server.port);
  const connections: { close(): Promise<void> }[] = [];
  const far = async () => {
    const options = { reconnectTimeWait: 200, maxReconnectAttempts: -1, pingInterval: 5_000 };
    const connection = await connect({ port: cable.port, ...options });
    connections.push(connection);
    return connection;
  };
  {
    await using storm = await startStorm(far);
    cable.delayMs = 40;
    await storm.edits(75);
    cable.dead = true;
    await storm.deaf();
    await storm.edits(100);
    cable.dead = false;
    cable.cut();
    cable.delayMs = 0;
    for (let times = 0; times < 5; times++) {
      await storm.edits(12);
      cable.cut();
    }
    await storm.calm();
  }
  for (const connection of connections) await connection.close();
});

(mayMakeNamespaces() ? natsTest : test.skip)(
  "the server's plug is pulled: nothing that is sent is acknowledged, until it is back",
  async () => {
    using plug = layPlug();
    await using server = await startNats({ inside: { namespace: NAMESPACE, host: THERE } });
    await using storm = await startStorm(server.connect);
    // So short that TCP makes good for it, and so long that everybody gives up.
    for (const until of [() => storm.edits(50), () => storm.deaf()]) {
      await storm.edits(25);
      plug.pull();
      await until();
      plug.push();
    }
    await storm.calm();
  },
);

/** A network of two hosts: this one, and a namespace of its own. */
function layPlug() {
  ip("netns", "add", NAMESPACE);
  ip("link", "add", "agents0", "type", "veth", "peer", "name", "agents1", "netns", NAMESPACE);
  ip("addr", "add", `${HERE}/30`, "dev", "agents0");
  ip("-n", NAMESPACE, "addr", "add", `${THERE}/30`, "dev", "agents1");
  ip("link", "set", "agents0", "up");
  ip("-n", NAMESPACE, "link", "set", "agents1", "up");
  return {
    pull: () => ip("-n", NAMESPACE, "link", "set", "agents1", "down"),
    push: () => ip("-n", NAMESPACE, "link", "set", "agents1", "up"),
    [Symbol.dispose]: () => ip("netns", "del", NAMESPACE),
  };
}

function mayMakeNamespaces(): boolean {
  try {
    ip("netns", "add", `${NAMESPACE}-try`);
    ip("netns", "del", `${NAMESPACE}-try`);
    return true;
  } catch {
    console.warn("no network namespaces here (they take root): the plug is not pulled");
    return false;
  }
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: "pipe" });
}

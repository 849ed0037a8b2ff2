import process from "node:process";
import { test } from "vitest";
import { natsBinary } from "./nats-server.ts";

const hasNats = natsBinary !== undefined;
const inCi = process.env["CI"] === "true";

/** Tests that need nats-server: skipped where there is none, but failed in CI, which installs it. */
export const natsTest: typeof test = (hasNats || inCi ? test : test.skip) as typeof test;

if (!hasNats && !inCi) {
  console.warn("nats-server is not installed: its tests are skipped (apt-get install nats-server)");
}

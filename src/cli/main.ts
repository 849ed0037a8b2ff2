#!/usr/bin/env node
/**
 * The command line: `agent-registry --help` says what it can do.
 *
 * @module @agent-registry/rx/cli
 */
import process from "node:process";
import { runCli } from "./run-cli.ts";

// Whoever read what was printed has had enough, as `head` has: that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: { code?: unknown }) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
}

// Where a NATS server refuses a login and hangs up, Deno reports the end of the socket after it has no listener.
if ("Deno" in globalThis) {
  process.on("uncaughtException", (error: Error & { code?: unknown }) => {
    if (error.code === "ECONNRESET") return;
    console.error(error);
    process.exit(1);
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  // Looked at only when it is asked for: a runtime opens it then.
  get stdin() {
    return process.stdin;
  },
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  signals: process,
});

import { openRegistry } from "../../mod.ts";
import type { ServeOptions } from "../serve/serve-registry.ts";
import { printable } from "../text/printable.ts";
import { aborted } from "./aborted.ts";
import { openInput } from "./input/open-input.ts";
import type { ServeCommand } from "./parse-command.ts";
import { issueReport } from "./report.ts";
import type { CliContext } from "./run-cli.ts";
import { styleFor } from "./style.ts";

/** How many event streams may be open, and how many connections beside them. */
const MAX_FOLLOWERS = 1_000;
const MAX_OTHERS = 500;
/** How long connections get to end by themselves, in milliseconds. */
const CLOSE_MS = 500;
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

/** Serves the registry until it is interrupted. */
export async function serveCommand(command: ServeCommand, context: CliContext): Promise<number> {
  const { paths, options, json, port, host, ...how } = command;
  const { out, err, env, signals } = context;
  const modules = await serving();
  if (modules === undefined) {
    err.write("agent-registry serve needs two packages more: npm install hono srvx\n");
    return 2;
  }
  const { serve, serveRegistry } = modules;
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  signals.on("SIGINT", interrupt);
  signals.on("SIGTERM", interrupt);
  try {
    await using opened = await openInput(paths, options);
    await using registry = await openRegistry(opened.input, {
      ...opened.options,
      required: false,
      logger: false,
    });
    const token = how.token ?? (env["AGENT_REGISTRY_TOKEN"] || undefined);
    const isLocal = LOOPBACK.test(host);
    const settings: ServeOptions = {
      token,
      write: how.write,
      redact: how.redact,
      frames: how.frames,
      base: how.base,
      maxFollowers: MAX_FOLLOWERS,
      ...(isLocal ? { hosts: ["localhost", "127.0.0.1", "[::1]", host] } : {}),
    };
    const handler = serveRegistry<object>(registry, settings);
    const server = serve({
      fetch: handler,
      port,
      hostname: host,
      silent: true,
      gracefulShutdown: false,
      node: { headersTimeout: 10_000, requestTimeout: 30_000 },
    });
    try {
      await server.ready();
    } catch (error) {
      err.write(`Cannot listen on ${host}:${port}: ${said(error)}. Choose another with --port\n`);
      return 1;
    }
    const listening = server.node?.server;
    if (listening !== undefined) listening.maxConnections = MAX_FOLLOWERS + MAX_OTHERS;

    const url = new URL(`${(how.base ?? "").replace(/\/$/, "")}/`, server.url).href;
    const style = styleFor(context, out);
    if (json) out.write(`${JSON.stringify({ url })}\n`);
    else {
      out.write(`serving ${printable(opened.name)} at ${url}, Ctrl-C ends\n`);
      if (!registry.status.inSync) out.write(issueReport(registry.status.issues, style));
    }
    if (!isLocal && token === undefined) {
      err.write(`Everybody who can reach ${host} can read this registry: use --token\n`);
    }
    registry.reload$.subscribe((event) => {
      if (json) out.write(`${JSON.stringify(event)}\n`);
      else if (event.type !== "unchanged") out.write(`${printable(String(event))}\n`);
    });
    await aborted(interrupted.signal);
    handler.close();
    await Promise.race([server.close(true), after(CLOSE_MS)]);
    if (!json) out.write(style.dim("stopped\n"));
    return 0;
  } finally {
    signals.off("SIGINT", interrupt);
    signals.off("SIGTERM", interrupt);
  }
}

/** What serves, if its packages are there: they are optional. */
async function serving() {
  try {
    const [{ serve }, { serveRegistry }] = await Promise.all([
      import("srvx"),
      import("../serve/serve-registry.ts"),
    ]);
    return { serve, serveRegistry };
  } catch (error) {
    if (/'(hono|srvx)|"(hono|srvx)/.test(String(error))) return undefined;
    throw error;
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    // Nothing is to wait for it when the connections have ended before.
    (timer as { unref?: () => void }).unref?.();
  });
}

import type { ServeOptions } from "../../serve/serve-registry.ts";
import { printable } from "../../text/printable.ts";
import type { FlagValues } from "../args/flag-values.ts";
import { Misuse } from "../args/misuse.ts";
import type { CommandLine } from "../args/parse-arguments.ts";
import type { CliContext } from "../cli-context.ts";
import { interruption } from "../input/interruption.ts";
import { open } from "../input/open.ts";
import { issueReport } from "../print/issue-report.ts";
import { styleFor } from "../print/style.ts";
import { tellReloads } from "../print/tell-reloads.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 7411;
/** How many event streams may be open, and how many connections beside them. */
const MAX_FOLLOWERS = 1_000;
const MAX_OTHERS = 500;
/** How long connections get to end by themselves, in milliseconds. */
const CLOSE_MS = 500;
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

/** Serves the registry until it is interrupted. */
export async function serveCommand(line: CommandLine, context: CliContext): Promise<number> {
  const { flags, words } = line;
  const { host = DEFAULT_HOST, base = "" } = flags;
  const port = portOf(flags);
  const json = flags.json === true;
  const { out, err, env } = context;
  const modules = await serving();
  if (modules === undefined) {
    err.write("agent-registry serve needs two packages more: npm install hono srvx\n");
    return 2;
  }
  const { listen, serveRegistry } = modules;
  using interrupted = interruption(context);
  await using opened = await open(line, words, context, true);
  const { registry } = opened;
  const token = flags.token ?? (env["AGENT_REGISTRY_TOKEN"] || undefined);
  const isLocal = LOOPBACK.test(host);
  const handler = handlerOf(() =>
    serveRegistry<object>(
      registry,
      {
        token,
        write: flags.write,
        redact: flags.redact,
        frames: flags["no-frames"] !== true,
        base: flags.base,
        maxFollowers: MAX_FOLLOWERS,
        ...(isLocal ? { hosts: ["localhost", "127.0.0.1", "[::1]", host] } : {}),
      } satisfies ServeOptions,
    )
  );
  const maxConnections = MAX_FOLLOWERS + MAX_OTHERS;
  const server = await listen(handler, { port, hostname: host, maxConnections }).catch(
    (error: unknown) => {
      err.write(`Cannot listen on ${host}:${port}: ${said(error)}. Choose another with --port\n`);
      return undefined;
    },
  );
  if (server === undefined) return 1;

  const url = new URL(`${base.replace(/\/$/, "")}/`, server.url).href;
  const style = styleFor(context, out, flags);
  const { issues, inSync } = registry.status;
  if (json) out.write(`${JSON.stringify({ url })}\n`);
  else {
    if (!inSync) out.write(`${issueReport(issues, style)}\n\n`);
    out.write(`serving ${printable(opened.name)} at ${url}, Ctrl-C ends\n`);
  }
  if (!isLocal && token === undefined) {
    err.write(`Everybody who can reach ${host} can read this registry: use --token\n`);
  }
  tellReloads(registry, { json, style, print: (text) => void out.write(`${text}\n`) });
  await interrupted.promise;
  handler.close();
  await Promise.race([server.close(), after(CLOSE_MS)]);
  if (!json) out.write(style.dim("stopped\n"));
  return 0;
}

function portOf({ port }: FlagValues): number {
  if (port === undefined) return DEFAULT_PORT;
  if (/^\d+$/.test(port) && Number(port) <= 65_535) return Number(port);
  throw new Misuse(`Expected --port to be 0 to 65535, got "${port}"`);
}

/** Whether a field can be left out, or a path served below, is for the handler to say. */
function handlerOf<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof TypeError ? new Misuse(error.message) : error;
  }
}

/** What serves, if its packages are there: they are optional. */
async function serving() {
  try {
    const [{ listen }, { serveRegistry }] = await Promise.all([
      import("./listen.ts"),
      import("../../serve/serve-registry.ts"),
    ]);
    return { listen, serveRegistry };
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

// A process that serves a registry file: as serveRegistry does, and at /file as a plain server of files does,
// with an ETag. /usage tells what it used so far.
import { readFileSync, statSync } from "node:fs";
import process from "node:process";
import { serve } from "srvx";
import { AnyAgentSchema, openRegistry } from "../../mod.ts";
import { serveRegistry } from "../../src/serve/serve-registry.ts";
import { heldMb } from "../memory.ts";

/** What a server used. */
export interface Usage {
  readonly cpuMs: number;
  readonly heldMb: number;
}

const file = process.argv[2]!;
const registry = await openRegistry(file, {
  schema: AnyAgentSchema,
  debounceMs: 0,
  history: 2,
  logger: false,
});
const handler = serveRegistry<object>(registry, { maxFollowers: 10_000, logger: false });
const server = serve({
  port: 0,
  hostname: "127.0.0.1",
  silent: true,
  gracefulShutdown: false,
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/file") return answerFile(request);
    return pathname === "/usage" ? Response.json(await usage()) : await handler(request);
  },
});
await server.ready();
process.stdin.resume().on("end", () => process.exit());
console.log(server.url);

let held: { readonly etag: string; readonly text: string } | undefined;

/** A file server stats the file for each request, and has its bytes in the cache of the system. */
function answerFile(request: Request): Response {
  const { mtimeMs, size } = statSync(file);
  const etag = `"${mtimeMs}-${size}"`;
  if (request.headers.get("if-none-match") === etag) {
    return new Response(null, { status: 304, headers: { etag } });
  }
  if (held?.etag !== etag) held = { etag, text: readFileSync(file, "utf8") };
  return new Response(held.text, { headers: { etag } });
}

async function usage(): Promise<Usage> {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, heldMb: await heldMb() };
}

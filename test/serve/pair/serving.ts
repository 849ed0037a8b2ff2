// A process that serves a registry of memory: POST /edit writes it and answers with what it is then.
import process from "node:process";
import { firstValueFrom } from "rxjs";
import { serve } from "srvx";
import { AnyAgentSchema, memorySource, openRegistry, type RegistryView } from "../../../mod.ts";
import { serveRegistry } from "../../../src/serve/serve-registry.ts";
import { plainly } from "../../client/plainly.ts";

let written = process.argv[2] ?? "agents: {}";
const source = memorySource({ "agents.yaml": written });
const registry = await openRegistry(source, {
  schema: AnyAgentSchema,
  debounceMs: 0,
  onInvalid: "isolate",
  logger: false,
});
const handler = serveRegistry<object>(registry, { logger: false });
const server = serve({
  port: 0,
  hostname: "127.0.0.1",
  silent: true,
  gracefulShutdown: false,
  fetch: async (request) => {
    if (new URL(request.url).pathname !== "/edit") return await handler(request);
    const text = await request.text();
    // What is broken as before is not told again: nothing would come.
    if (text !== "" && text !== written) {
      written = text;
      const event = firstValueFrom(registry.reload$);
      source.write("agents.yaml", text);
      await event;
    }
    return Response.json(plainly(registry as RegistryView<object>));
  },
});
await server.ready();
console.log(`at ${server.url} ${process.pid}`);

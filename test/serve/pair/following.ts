// A process that follows a server: POST /same answers once it is the same as the body, or late with what
// it is instead.
import process from "node:process";
import { isDeepStrictEqual } from "node:util";
import { filter, firstValueFrom, merge, timeout } from "rxjs";
import { serve } from "srvx";
import { connectRegistry } from "../../../src/client/connect-registry.ts";
import { plainly } from "../../client/plainly.ts";

const registry = await connectRegistry<object>(process.argv[2]!, {
  required: false,
  retryMs: 5,
  maxRetryMs: 100,
  logger: false,
});
const server = serve({
  port: 0,
  hostname: "127.0.0.1",
  silent: true,
  gracefulShutdown: false,
  fetch: async (request) => {
    const wanted: unknown = await request.json();
    const { snapshot$, status$, reload$ } = registry;
    const same$ = merge(snapshot$, status$, reload$).pipe(
      filter(() => isDeepStrictEqual(plainly(registry), wanted)),
      timeout({ first: 15_000 }),
    );
    await firstValueFrom(same$).catch(() => {});
    return Response.json(plainly(registry));
  },
});
await server.ready();
console.log(`at ${server.url} ${process.pid}`);

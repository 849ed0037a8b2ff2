/**
 * Follow a registry that another process serves, from a browser or a program. Depends on rxjs only.
 *
 * @example
 * ```ts
 * import { openRegistry } from "@agent-registry/rx";
 * import { connectRegistry } from "@agent-registry/rx/client";
 * import { serveRegistry } from "@agent-registry/rx/serve";
 *
 * await using served = await openRegistry("examples/agent_registry.yaml");
 * // In a browser it is the address of the server, and no `fetch`.
 * await using registry = await connectRegistry("http://localhost/", { fetch: serveRegistry(served) });
 * registry.snapshot$.subscribe(({ revision, agents }) => console.log(revision, agents.size));
 * ```
 *
 * @module @agent-registry/rx/client
 */

import { filter, firstValueFrom, type MonoTypeOperatorFunction, type Observable, tap } from "rxjs";
import { toLogger } from "../logging/logger.ts";
import type { Agent } from "../model/agent/agent-schema.ts";
import { RegistryLoadError } from "../model/report/registry-load-error.ts";
import type { RegistryView } from "../registry/registry-view.ts";
import { checkConnectOptions, type ConnectOptions, type HeaderFields } from "./connect-options.ts";
import { ConnectedRegistry } from "./connected-registry.ts";
import { event$ } from "./event-stream.ts";
import { RegistryServer } from "./registry-server.ts";
import { retrying } from "./retrying.ts";
import { sharedConnection$, type SharedNews, webLocks } from "./shared-connection.ts";

export type { ConnectOptions, HeaderFields, RegistryView };

/**
 * Follows a registry that `serveRegistry` serves somewhere else, and gives its read side.
 *
 * Resolves once the registry is there as a whole. From then on only what changed travels, and agents that
 * did not change stay the very same objects, also when the server is another after a while. When the
 * connection breaks off the last snapshot stays, `status.watching` is `"disconnected"`, `status.issues`
 * says why, and it is tried again until it is closed.
 *
 * Values are what JSON makes of them: a Date of a schema of one's own is text here.
 *
 * @param url the address of the server, where its page is; relative to the page in a browser
 * @param options see {@linkcode ConnectOptions}
 * @returns the registry, with everything that the server has to tell
 * @throws {RegistryLoadError} if the first connection fails, unless `required` is false
 * @throws {TypeError} if the URL or an option is not of its type
 * @throws {RangeError} if an option is out of its range
 * @throws the signal's reason, if it is aborted before the registry is there
 *
 * @example
 * ```ts ignore
 * import type { Agent } from "@agent-registry/rx";
 * import { connectRegistry } from "@agent-registry/rx/client";
 *
 * await using registry = await connectRegistry<Agent>("https://host/agents");
 * registry.agent$("planner").subscribe((planner) => console.log(planner?.version));
 * ```
 */
export async function connectRegistry<A extends object = Agent>(
  url: string | URL,
  options: ConnectOptions = {},
): Promise<RegistryView<A>> {
  checkConnectOptions(options);
  const { signal, required = true, retryMs = 500, maxRetryMs = 30_000 } = options;
  signal?.throwIfAborted();
  const server = new RegistryServer(url, options);
  const registry = new ConnectedRegistry<A>(server.address, toLogger(options.logger));
  const again = <T>(tell: (news: SharedNews) => void): MonoTypeOperatorFunction<T> =>
    retrying({ retryMs, maxRetryMs }, (reason) => {
      registry.lost(reason);
      tell({ lost: reason });
    });
  const follow$ = (tell: (news: SharedNews) => void): Observable<unknown> =>
    event$((gone) => server.events(registry.lastEventId, gone)).pipe(
      filter(({ name }) => name === "state" || name === "change"),
      tap(({ data }) => {
        registry.take(data);
        tell({ text: data });
      }),
      again(tell),
    );
  const abort = (): void => void registry.close();
  signal?.addEventListener("abort", abort, { once: true });
  registry.status$.subscribe({ complete: () => signal?.removeEventListener("abort", abort) });

  const { share = "document" in globalThis } = options;
  const locks = share ? webLocks() : undefined;
  if (locks === undefined) registry.follow(follow$(() => {}));
  else {
    registry.follow(sharedConnection$(locks, {
      name: await server.sharedName(),
      follow$,
      join$: server.snapshot$.pipe(tap((text) => registry.take(text)), again(() => {})),
      take: (text) => registry.take(text),
      lost: (reason) => registry.lost(reason),
    }));
  }

  const tried$ = registry.status$.pipe(
    filter(({ issues }) => registry.hasState || issues.length > 0),
  );
  await firstValueFrom(tried$, { defaultValue: undefined });
  signal?.throwIfAborted();
  if (required && !registry.hasState) {
    await registry.close();
    throw new RegistryLoadError(registry.status.issues);
  }
  return registry;
}

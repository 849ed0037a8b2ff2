import type { NatsConnection } from "@nats-io/transport-node";
import type { NatsUrl } from "../args/nats-url.ts";

/** What the command line needs of NATS, loaded only when it is needed. */
export interface Nats extends AsyncDisposable {
  readonly connection: NatsConnection;
  readonly natsSource: typeof import("../../nats/mod.ts").natsSource;
  readonly publishRegistry: typeof import("../../nats/mod.ts").publishRegistry;
}

/** A server that cannot be reached, or what is missing to reach it, as one line for a person. */
export class UnreachableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreachableError";
  }
}

/**
 * Connects to a server, until it is disposed of.
 *
 * @throws {UnreachableError}
 */
export async function connectNats({ server, tls, user, secret, shown }: NatsUrl): Promise<Nats> {
  const [transport, nats] = await load();
  const credentials = user === undefined
    ? secret === undefined ? {} : { token: secret }
    : { user, pass: secret ?? "" };
  try {
    const connection = await transport.connect({
      servers: server,
      ...credentials,
      ...(tls ? { tls: {} } : {}),
      name: "agent-registry",
      maxReconnectAttempts: -1,
      pingInterval: 10_000,
    });
    return { connection, ...nats, [Symbol.asyncDispose]: () => connection.close() };
  } catch (error) {
    throw new UnreachableError(`${shown} ${hindranceOf(error)}`);
  }
}

async function load() {
  try {
    return await Promise.all([import("@nats-io/transport-node"), import("../../nats/mod.ts")]);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== "ERR_MODULE_NOT_FOUND") throw error;
    const packages = "@nats-io/kv @nats-io/transport-node";
    throw new UnreachableError(`nats:// takes two packages more: npm install ${packages}`);
  }
}

/** What is wrong, and what to do about it. */
function hindranceOf(error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return /authorization|authentication/i.test(why)
    ? `refuses the login (${why}): put a user and password, or a token, before the host`
    : `cannot be reached: ${why}; is nats-server running there?`;
}

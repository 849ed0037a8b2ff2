/**
 * Registries that many machines follow, by the key-value store of NATS JetStream. Needs `@nats-io/kv` and a
 * transport such as `@nats-io/transport-node`, which are optional peers: nothing else of this package does.
 *
 * @example
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { openRegistry } from "@agent-registry/rx";
 * import { natsSource } from "@agent-registry/rx/nats";
 *
 * const connection = await connect({ maxReconnectAttempts: -1, pingInterval: 10_000 });
 * await using registry = await openRegistry(natsSource(connection, { bucket: "agents" }));
 * ```
 *
 * @module @agent-registry/rx/nats
 */

export { natsSource } from "./nats-source.ts";
export type { NatsSourceOptions } from "./nats-source.ts";
export { publishRegistry } from "./publish-registry.ts";
export type { PublishEvent, PublishOptions, RegistryPublication } from "./publish-registry.ts";

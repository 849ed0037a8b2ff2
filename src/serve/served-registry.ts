import type { AgentRegistry } from "../registry/agent-registry.ts";
import type { RegistryView } from "../registry/registry-view.ts";

/**
 * What `serveRegistry` needs of a registry. What `connectRegistry` gives can be served on, too, but takes
 * no `write: true`.
 */
export type ServedRegistry<A> =
  & Pick<
    RegistryView<A>,
    "snapshot" | "snapshot$" | "status" | "status$" | "reload$" | "history"
  >
  & Partial<Pick<AgentRegistry<A>, "reload" | "rollback">>;

import type { RegistryView } from "../../registry/registry-view.ts";
import type { AnyAgent } from "./agent-rows.ts";

/** What the page uses of the registry that it follows. */
export type FollowedRegistry = Pick<
  RegistryView<AnyAgent>,
  "snapshot" | "snapshot$" | "status" | "status$" | "reload$"
>;

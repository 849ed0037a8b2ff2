import { Snapshot } from "../../../src/model/snapshot/snapshot.ts";

/** An agent with whatever fields a test needs. */
export interface AnyAgent {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A snapshot of these agents, by id. */
export function makeSnapshot(
  agents: readonly AnyAgent[],
  document: Readonly<Record<string, unknown>> = {},
): Snapshot<AnyAgent> {
  return new Snapshot<AnyAgent>({
    revision: 1,
    loadedAt: new Date(1_000),
    agents: new Map(agents.map((agent) => [agent.id, agent])),
    document,
    origins: new Map(
      agents.map(({ id }, at) => [id, { path: "a.yaml", line: at + 1, column: 1, pointer: "" }]),
    ),
    stale: new Map(),
    warnings: Object.freeze([]),
  });
}

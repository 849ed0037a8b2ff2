/** The ids of a registry made up for tests. */
export function idsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `agent_${String(at).padStart(6, "0")}`);
}

/** One agent as people write them, in about 530 bytes. */
export function agentText(id: string, revision = 0): string {
  const number = Number(id.slice(-6)) || 0;
  const pick = <T>(list: readonly T[]): T => list[number % list.length]!;
  return `  ${id}:
    name: Agent ${number}
    description: Answers questions about topic ${number} and hands the rest to a person
    category: ${pick(["production", "example", "test", "system"])}
    environment: ${pick(["production", "staging", "demo", "test"])}
    owner: team-${number % 50}
    version: 1.${revision}.${number % 10}
    location: agents/group_${number % 100}/${id}
    status: ${pick(["active", "active", "experimental", "archived"])}
    tags: [${pick(["memory", "planning", "search"])}, ${pick(["chat", "batch", "stream", "voice"])}]
    maintainer: "Person ${number % 77}"
    created_at: "2025-0${1 + number % 9}-15"
    performance_metrics:
      avg_latency_ms: ${100 + number % 900}
      success_rate: 0.9${number % 10}
      cost_per_call: 0.0${1 + number % 9}
`;
}

const HEAD = `# A registry made up for tests.
version: "1.0"
config:
  hot_reload:
    enabled: true
    debounce_ms: 250

agents:
`;

/** The text of a registry of these agents, some of them at a later revision. */
export function registryOf(
  ids: readonly string[],
  revisions: ReadonlyMap<string, number> = new Map(),
): string {
  return HEAD + ids.map((id) => agentText(id, revisions.get(id))).join("");
}

/** The fields of one agent that differ between tests. */
export interface AgentText {
  readonly [field: string]: string | number | boolean | readonly string[];
}

/** Writes a valid registry: ids, or ids with the fields that are to differ from the ordinary. */
export function registryText(
  agents: Readonly<Record<string, AgentText>> | readonly string[],
  around = "",
): string {
  const fields: Readonly<Record<string, AgentText>> = Array.isArray(agents)
    ? Object.fromEntries(agents.map((id) => [id, {}]))
    : agents as Readonly<Record<string, AgentText>>;
  const entries = Object.entries(fields).map(([id, own]) => {
    const all = { ...ordinary(id), ...own };
    const lines = Object.entries(all).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`);
    return [`  ${id}:`, ...lines].join("\n");
  });
  const body = entries.length === 0 ? "agents: {}" : ["agents:", ...entries].join("\n");
  return `${around}${body}\n`;
}

function ordinary(id: string): AgentText {
  return {
    name: id,
    category: "test",
    environment: "test",
    owner: "core",
    version: "1.0.0",
    location: `agents/${id}`,
  };
}

/**
 * Reads the `agents.yaml` of a CrewAI project, where the whole file is the map of agents, and prints
 * who is in the crew.
 *
 *     deno run --allow-read --allow-env examples/crewai.ts
 */
import { Type } from "@sinclair/typebox";
import { openRegistry } from "../mod.ts";

const text = Type.String({ minLength: 1 });
const CrewAgent = Type.Object({
  role: text,
  goal: text,
  backstory: text,
  llm: Type.Optional(text),
  tools: Type.Optional(Type.Array(text, { uniqueItems: true })),
  verbose: Type.Boolean({ default: false }),
  allow_delegation: Type.Boolean({ default: false }),
  max_iter: Type.Integer({ minimum: 1, default: 25 }),
});

await using registry = await openRegistry(new URL("crewai/agents.yaml", import.meta.url), {
  schema: CrewAgent,
  at: "",
});

for (const { id, role, goal } of registry.snapshot.list()) {
  // Folded text (`>`) ends with a line break.
  console.log(`${id}: ${role.trim()}, to ${goal.trim()}`);
}

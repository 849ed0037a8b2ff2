/**
 * Reads the `agents.yaml` of a CrewAI project, where the whole file is the map of agents, prints
 * who is in the crew, and then who joins, leaves or gets another task. Edit the file while it runs.
 *
 *     deno run --allow-read --allow-env examples/crewai.ts
 */
import process from "node:process";
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

const file = process.argv[2] ?? new URL("crewai/agents.yaml", import.meta.url);
const registry = await openRegistry(file, { schema: CrewAgent, at: "" });

// Folded text (`>`) ends with a line break.
const describe = (id: string): string => {
  const { role, goal } = registry.agent(id);
  return `${id}: ${role.trim()}, to ${goal.trim()}`;
};

for (const { id } of registry.snapshot.list()) console.log(describe(id));
console.log("following, Ctrl-C ends");
registry.reload$.subscribe((event) => {
  if (event.type !== "applied") return;
  const { added, updated, removed } = event.changes;
  for (const id of added) console.log(`joins: ${describe(id)}`);
  for (const id of updated) console.log(`from now on: ${describe(id)}`);
  for (const id of removed) console.log(`leaves: ${id}`);
});

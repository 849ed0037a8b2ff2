/**
 * Reads agents as Claude Code keeps them: a folder of Markdown files, each with front matter that
 * describes the agent and a body that is its prompt.
 *
 *     deno run --allow-read --allow-env examples/claude-agents.ts
 */
import { Type } from "@sinclair/typebox";
import { openRegistry } from "../mod.ts";

const ClaudeAgent = Type.Object({
  name: Type.String({
    pattern: "^[a-z0-9-]+$",
    description: "lowercase letters, digits and dashes",
  }),
  description: Type.String({ minLength: 1 }),
  // One text with commas, or a list; without it an agent has all tools.
  tools: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  model: Type.String({ default: "inherit" }),
  prompt: Type.String({ minLength: 1 }),
});

await using registry = await openRegistry(new URL("claude-agents/", import.meta.url), {
  schema: ClaudeAgent,
  id: "name",
});

for (const { id, model, tools, prompt } of registry.snapshot.list()) {
  const names = typeof tools === "string" ? tools.split(/\s*,\s*/) : tools ?? ["all tools"];
  console.log(`${id} (${model}; ${names.join(", ")}): ${prompt.trim().split("\n")[0]}`);
}

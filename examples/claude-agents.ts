/**
 * Reads agents as Claude Code keeps them: a folder of Markdown files, each with front matter that
 * describes the agent and a body that is its prompt. Add, edit or remove one while it runs.
 *
 *     deno run --allow-read --allow-env examples/claude-agents.ts
 */
import process from "node:process";
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

const folder = process.argv[2] ?? new URL("claude-agents/", import.meta.url);
const registry = await openRegistry(folder, { schema: ClaudeAgent, id: "name" });

// The agents that are there now, and all of them again whenever that changes.
registry.list$().subscribe((agents) => {
  console.log(`${agents.length} agents:`);
  for (const { id, model, tools, prompt } of agents) {
    const names = typeof tools === "string" ? tools.split(/\s*,\s*/) : tools ?? ["all tools"];
    console.log(`${id} (${model}; ${names.join(", ")}): ${prompt.trim().split("\n")[0]}`);
  }
});
console.log("following, Ctrl-C ends");

/**
 * Reads the MCP servers of a client's JSON configuration, prints how each of them is reached, and
 * which would have to be started, started again or stopped after an edit. Edit the file while it runs.
 *
 *     deno run --allow-read --allow-env examples/mcp-servers.ts
 */
import process from "node:process";
import { Type } from "@sinclair/typebox";
import { openRegistry } from "../mod.ts";

const texts = Type.Record(Type.String(), Type.String());
const McpServer = Type.Object({
  command: Type.Optional(Type.String({ minLength: 1 })),
  args: Type.Optional(Type.Array(Type.String())),
  env: Type.Optional(texts),
  type: Type.Optional(Type.Union(["stdio", "http", "sse"].map((name) => Type.Literal(name)))),
  url: Type.Optional(Type.String({ pattern: "^https?://", description: "an http(s) URL" })),
  headers: Type.Optional(texts),
}, {
  // A server is started by a command, or called at a URL.
  if: Type.Not(Type.Object({ url: Type.String() })),
  then: Type.Object({ command: Type.String() }),
});

const file = process.argv[2] ?? new URL("mcp-servers/mcp.json", import.meta.url);
const registry = await openRegistry(file, { schema: McpServer, at: "mcpServers" });

const describe = (id: string): string => {
  const { command, args = [], url } = registry.agent(id);
  return `${id}: ${url ?? [command, ...args].join(" ")}`;
};

for (const { id } of registry.snapshot.list()) console.log(describe(id));
console.log("following, Ctrl-C ends");
registry.reload$.subscribe((event) => {
  // A broken edit stops nothing: what was good goes on, and the log says what is wrong.
  if (event.type !== "applied") return;
  for (const id of event.changes.removed) console.log(`stop ${id}`);
  for (const id of event.changes.updated) console.log(`start again ${describe(id)}`);
  for (const id of event.changes.added) console.log(`start ${describe(id)}`);
});

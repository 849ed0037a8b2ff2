/**
 * Reads the MCP servers of a client's JSON configuration, and prints how each of them is reached.
 *
 *     deno run --allow-read --allow-env examples/mcp-servers.ts
 */
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

await using registry = await openRegistry(new URL("mcp-servers/mcp.json", import.meta.url), {
  schema: McpServer,
  at: "mcpServers",
});

for (const { id, command, args = [], url } of registry.snapshot.list()) {
  console.log(`${id}: ${url ?? [command, ...args].join(" ")}`);
}

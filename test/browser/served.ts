import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "srvx/node";
import { onTestFinished } from "vitest";
import { type AgentRegistry, AnyAgentSchema, openRegistry, type SchemaOption } from "../../mod.ts";
import { type ServeOptions, serveRegistry } from "../../src/serve/serve-registry.ts";
import { tempDir } from "../temp-dir.ts";

/** A registry of a file, served on a port of this machine. */
export interface Served {
  readonly url: string;
  readonly file: string;
  readonly registry: AgentRegistry<object>;
  /** How many event streams were asked for. */
  readonly streams: () => number;
  save(text: string): void;
  stop(): Promise<void>;
  /** Serves the file again, at the same address. */
  start(): Promise<void>;
}

/** Serves a text as a registry, of agents of any fields by default; invalid ones are kept as they were. */
export async function served(
  text: string,
  {
    schema = AnyAgentSchema as SchemaOption,
    file = join(tempDir(), "agents.yaml"),
    ...options
  }: ServeOptions & { schema?: SchemaOption; file?: string } = {},
): Promise<Served> {
  const save = (next: string): void => {
    writeFileSync(`${file}.new`, next);
    renameSync(`${file}.new`, file);
  };
  save(text);
  let streams = 0;
  let port = 0;
  let registry: AgentRegistry<object>;
  let stop = (): Promise<void> => Promise.resolve();
  const start = async (): Promise<void> => {
    registry = await openRegistry(file, {
      schema,
      debounceMs: 20,
      onInvalid: "isolate",
      logger: false,
    });
    const handle = serveRegistry(registry, options);
    const server = serve({
      port,
      hostname: "127.0.0.1",
      silent: true,
      fetch(request: Request) {
        if (new URL(request.url).pathname.endsWith("/events")) streams++;
        return handle(request);
      },
    });
    await server.ready();
    port = Number(new URL(server.url!).port);
    stop = async () => {
      stop = () => Promise.resolve();
      handle.close();
      await server.close(true);
      await registry.close();
    };
  };
  await start();
  onTestFinished(() => stop());
  return {
    url: `http://127.0.0.1:${port}${options.base ?? ""}/`,
    file,
    get registry() {
      return registry;
    },
    streams: () => streams,
    save,
    stop: () => stop(),
    start,
  };
}

// A process with many followers of a server: by its events, or, with an interval, each polling its file.
// Tells on its standard output, as JSON, when they are there, and of each edit when each of them had it.
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { connectRegistry } from "../../src/client/connect-registry.ts";

/** What the followers of a process saw of an edit. */
export interface Seen {
  readonly edit: number;
  /** When each had it, in milliseconds since 1970. */
  readonly at: readonly number[];
  /** How many bytes of bodies all of them had got so far, and the processor time that it took. */
  readonly bytes: number;
  readonly cpuMs: number;
}

interface Edited {
  readonly edit: number;
}

const [url = "", count = "1", pollMs = "0"] = process.argv.slice(2);
const followers = Number(count);
const seen = new Map<number, number[]>();
let bytes = 0;
process.stdin.resume().on("end", () => process.exit());

function saw(edit: number): void {
  const at = seen.get(edit) ?? [];
  at.push(performance.timeOrigin + performance.now());
  seen.set(edit, at);
  if (at.length < followers) return;
  const { user, system } = process.cpuUsage();
  const all: Seen = { edit, at, bytes, cpuMs: (user + system) / 1_000 };
  console.log(JSON.stringify(all));
}

async function followEvents(): Promise<void> {
  const registry = await connectRegistry<Edited>(url, {
    fetch: async (request) => counted(await fetch(request)),
    maxRetryMs: 1_000,
    logger: false,
  });
  registry.agent$("a0").subscribe((agent) => agent && saw(agent.edit));
}

function counted(response: Response): Response {
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length;
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(counting) ?? null, response);
}

/** The least that a poll can cost: what comes is not even parsed. */
async function poll(everyMs: number): Promise<never> {
  let etag = "";
  await pause(Math.random() * everyMs);
  for (;;) {
    const started = performance.now();
    // A connection that was kept for the next poll may be closed just then.
    const response = await fetch(`${url}file`, { headers: { "if-none-match": etag } }).catch(
      () => undefined,
    );
    if (response?.status === 200) {
      const text = await response.text();
      etag = response.headers.get("etag")!;
      bytes += text.length;
      saw(Number(/edit: (\d+)/.exec(text)![1]));
    } else await response?.body?.cancel();
    await pause(Math.max(0, everyMs - (performance.now() - started)));
  }
}

for (let at = 0; at < followers; at++) {
  if (pollMs === "0") await followEvents();
  else void poll(Number(pollMs));
}

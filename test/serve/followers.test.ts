import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { memorySource, openRegistry } from "../../mod.ts";
import { serveRegistry } from "../../src/serve/serve-registry.ts";

const HEARTBEAT_MS = 8_000;
let now = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function pass(seconds: number): Promise<void> {
  for (let ms = 0; ms < seconds * 1_000; ms += HEARTBEAT_MS) {
    now += HEARTBEAT_MS;
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
  }
}

async function openStream(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const source = memorySource({ "agents.yaml": "agents: {}" });
  const registry = await openRegistry(source, { watch: false, logger: false });
  onTestFinished(() => registry.close());
  const handler = serveRegistry(registry, { heartbeatMs: HEARTBEAT_MS, logger: false });
  const response = await handler(new Request("http://localhost/events"));
  return response.body!.getReader();
}

test("a follower that takes nothing for a minute is cut off", async () => {
  const reader = await openStream();
  await pass(72);
  const chunks: Uint8Array[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
  }
  expect(chunks).toHaveLength(1);
});

test("a follower that reads hears something at every heartbeat, for as long as it likes", async () => {
  const reader = await openStream();
  const text: string[] = [];
  let isDone = false;
  const read = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text.push(new TextDecoder().decode(next.value));
    }
    isDone = true;
  };
  const reading = read();
  await pass(240);
  expect(isDone).toBe(false);
  expect(text.filter((chunk) => chunk === ":\n\n").length).toBeGreaterThanOrEqual(29);
  await reader.cancel();
  await reading;
});

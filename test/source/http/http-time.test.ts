import { firstValueFrom, Subscription } from "rxjs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { httpSource, type HttpSourceOptions, type SourceReading } from "../../../mod.ts";

const MINUTE = 60_000;
let running: Subscription;

beforeEach(() => {
  const toFake = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] as const;
  vi.useFakeTimers({ now: 0, toFake: [...toFake] });
  running = new Subscription();
});

afterEach(() => {
  running.unsubscribe();
  vi.useRealTimers();
});

/** Follows a URL whose server is the function; tells at which times it was asked. */
function ask(respond: (init: RequestInit) => Response, options: HttpSourceOptions = {}) {
  const times: number[] = [];
  const conditions: (string | null)[] = [];
  let hints = 0;
  const source = httpSource("https://example.com/agents.yaml", {
    pollMs: MINUTE,
    ...options,
    fetch: (_url, init) => {
      times.push(Date.now());
      conditions.push(new Headers(init.headers).get("if-none-match"));
      return Promise.resolve(respond(init));
    },
  });
  running.add(source.change$.subscribe(({ type }) => {
    if (type === "changed") hints++;
  }));
  const read = (): Promise<SourceReading> => firstValueFrom(source.read({ quietMs: 0 }));
  return { times, conditions, read, hints: () => hints };
}

function textOf({ documents: [document] }: SourceReading): string {
  return new TextDecoder().decode(document!.content as Uint8Array);
}

test("followers that start together spread their polls over the interval, and stay apart", async () => {
  const polls: number[] = [];
  for (let at = 0; at < 120; at++) {
    ask(() => {
      polls.push(Date.now());
      return new Response("agents: {}");
    });
  }
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  const seconds = new Map<number, number>();
  for (const poll of polls) {
    const second = Math.floor(poll / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  expect(polls.length).toBeGreaterThan(400);
  // Two a second are the mean; in step it would be all of them.
  expect(Math.max(...seconds.values())).toBeLessThan(15);
});

test("polls come less often after failures, at most a minute apart, and as before once it works", async () => {
  let works = false;
  const { times } = ask(
    () => works ? new Response("agents: {}") : new Response("", { status: 500 }),
    {
      pollMs: 10_000,
    },
  );
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  const waits = times.slice(1).map((time, at) => time - times[at]!);
  const expected = [20_000, 40_000, 60_000, 60_000];
  expected.forEach((wait, at) => {
    expect(waits[at]).toBeGreaterThanOrEqual(wait * 0.9);
    expect(waits[at]).toBeLessThanOrEqual(wait * 1.1);
  });
  works = true;
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(times.at(-1)! - times.at(-2)!).toBeLessThanOrEqual(11_000);
});

test.each([["120", 120_000], ["Thu, 01 Jan 1970 00:10:00 GMT", 540_000], ["999999", 3_600_000]])(
  "Retry-After: %s is honored by polls and reads, up to an hour",
  async (retryAfter, leastMs) => {
    const headers = { "retry-after": retryAfter };
    const { times, read } = ask(() => new Response("", { status: 503, headers }), {
      pollMs: 1_000,
    });
    await vi.advanceTimersByTimeAsync(MINUTE);
    const [first] = times as [number];
    expect((await read()).issues[0]).toMatchObject({ code: "http-status" });
    expect(times).toEqual([first]);
    await vi.advanceTimersByTimeAsync(2 * 3_600_000);
    expect(times[1]! - first).toBeGreaterThanOrEqual(Math.min(leastMs, leastMs - (first % 1_000)));
  },
);

test("a server that answers 304 for ever is asked for the whole document once an hour", async () => {
  let text = "agents: {}";
  const headers = { etag: '"stuck"' };
  const { read, conditions, hints } = ask((init) =>
    new Headers(init.headers).has("if-none-match")
      ? new Response(null, { status: 304 })
      : new Response(text, { headers })
  );
  expect(textOf(await read())).toBe("agents: {}");
  text = "agents: { a: {} }";
  await vi.advanceTimersByTimeAsync(50 * MINUTE);
  expect(hints()).toBe(0);
  await vi.advanceTimersByTimeAsync(15 * MINUTE);
  expect(hints()).toBe(1);
  expect(textOf(await read())).toBe("agents: { a: {} }");
  expect(conditions.filter((condition) => condition === null)).toHaveLength(2);
});

test("a failure that stays the same is told once, with the time since when it is so", async () => {
  const { read, hints } = ask(() => new Response("", { status: 500 }));
  await read();
  await vi.advanceTimersByTimeAsync(30 * MINUTE);
  expect(hints()).toBe(0);
  const { issues: [issue] } = await read();
  expect(issue!.message).toContain("(since 1970-01-01T00:00:00.000Z, ");
});

test("an answer takes at most timeoutMs, and its request is aborted then", async () => {
  let signal: AbortSignal | null | undefined;
  const source = httpSource("https://example.com/", {
    fetch: (_url, init) => {
      signal = init.signal;
      return new Promise(() => {});
    },
  });
  const reading = firstValueFrom(source.read({ quietMs: 0 }));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(signal?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect((await reading).issues[0]?.message).toContain("No whole answer within 30000 ms");
  expect(signal?.aborted).toBe(true);
});

test("whoever unsubscribes aborts the request", async () => {
  let signal: AbortSignal | null | undefined;
  const source = httpSource("https://example.com/", {
    fetch: (_url, init) => {
      signal = init.signal;
      return new Promise(() => {});
    },
  });
  const reading = source.read({ quietMs: 0 }).subscribe();
  await vi.advanceTimersByTimeAsync(10);
  reading.unsubscribe();
  expect(signal?.aborted).toBe(true);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { pino } from "pino";
import { defer, NEVER, of, throwError } from "rxjs";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type Agent,
  type LogFields,
  type Logger,
  memorySource,
  openRegistry,
  type RegistryOptions,
  type RegistrySnapshot,
  type RegistrySource,
} from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { tempDir } from "../temp-dir.ts";
import { until } from "../until.ts";
import { times } from "../times.ts";

/** A line as it was logged. */
interface Line {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines, but for those that tell how changes are noticed. */
function keepingLogger(): Logger & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const log = (level: keyof Logger) => (message: string, fields: LogFields = {}): void => {
    if (fields["type"] !== "watching") lines.push({ level, message, fields });
  };
  return {
    lines,
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
  };
}

async function open(text: string, options: RegistryOptions) {
  const source = memorySource({ "agents.yaml": text });
  const registry = await openRegistry(source, { debounceMs: 0, ...options });
  onTestFinished(() => registry.close());
  const write = async (next: string): Promise<void> => {
    const event = until(registry.reload$);
    source.write("agents.yaml", next);
    await event;
  };
  return { registry, write };
}

describe("the fields of a line", () => {
  test("tell of an applied change by ids", async () => {
    const log = keepingLogger();
    const { registry, write } = await open(registryText(["a", "b"]), { logger: log });
    await write(registryText({ b: { owner: "crew" }, c: {} }));
    expect(log.lines.at(-1)).toEqual({
      level: "info",
      message: `Registry ${registry.status.lastReload}`,
      fields: {
        type: "applied",
        revision: 2,
        cause: "change",
        durationMs: registry.status.lastReload!.durationMs,
        agents: 2,
        staleAgents: 0,
        added: ["c"],
        updated: ["b"],
        removed: ["a"],
      },
    });
  });

  test("tell of a refused change by codes and places", async () => {
    const log = keepingLogger();
    const { write } = await open(registryText(["a"]), { logger: log });
    await write(registryText({ a: { owner: 7, version: "one" } }));
    expect(log.lines.at(-1)).toMatchObject({
      level: "warn",
      fields: {
        type: "rejected",
        revision: 1,
        agents: 1,
        issues: [
          { code: "invalid-agent", place: "agents.yaml:6:12" },
          { code: "invalid-agent", place: "agents.yaml:7:14" },
        ],
      },
    });
  });

  test("hold twenty ids of a kind, and say how many more there are", async () => {
    const log = keepingLogger();
    const ids = Array.from({ length: 30 }, (_, at) => `agent_${at}`);
    const { write } = await open(registryText(ids), { logger: log });
    expect(log.lines[0]?.fields).toMatchObject({ added: ids.slice(0, 20), idsLeftOut: 10 });
    await write(registryText(ids.slice(0, 5)));
    expect(log.lines[1]?.fields).toMatchObject({ removed: ids.slice(5, 25), idsLeftOut: 5 });
  });

  test("hold what a callback threw", async () => {
    const log = keepingLogger();
    const { registry } = await open(registryText(["a"]), { logger: log });
    const err = new Error("no");
    registry.onReload(() => {
      throw err;
    });
    await registry.reload();
    expect(log.lines.at(-1)).toMatchObject({ level: "error", fields: { err } });
  });
});

test("a line names five issues and counts the rest", async () => {
  const log = keepingLogger();
  const broken = Object.fromEntries(
    Array.from({ length: 9 }, (_, at) => [`agent_${at}`, { owner: at }]),
  );
  await open(registryText(broken), { logger: log, required: false });
  const [line] = log.lines;
  expect(line?.message).toMatch(/: agents\.yaml:6:12 invalid-agent, (.* invalid-agent, ){3}/);
  expect(line?.message).toMatch(/invalid-agent and 4 more$/);
  expect(line?.fields["issues"]).toHaveLength(9);
});

test("what a guard said stands in the debug log alone: it has seen the agents", async () => {
  const log = keepingLogger();
  const guard = (next: RegistrySnapshot<Agent>) =>
    next.get("a")?.owner === "core" || `The owner is ${next.get("a")?.owner}`;
  const { write } = await open(registryText(["a"]), { logger: log, guard });
  await write(registryText({ a: { owner: "hunter2" } }));
  expect(log.lines.map(({ level }) => level)).toEqual(["info", "warn", "debug"]);
  const told = log.lines.filter(({ message }) => message.includes("hunter2"));
  expect(told.map(({ level }) => level)).toEqual(["debug"]);
});

test("what a source threw stands in the debug log alone: it may quote the documents", async () => {
  const log = keepingLogger();
  const source: RegistrySource = {
    change$: NEVER,
    read: () => throwError(() => new Error('"hunter2" is not valid JSON')),
  };
  const registry = await openRegistry(source, { required: false, logger: log });
  onTestFinished(() => registry.close());
  const told = log.lines.filter(({ message }) => message.includes("hunter2"));
  expect(told.map(({ level }) => level)).toEqual(["debug"]);
  expect(log.lines[0]).toMatchObject({
    level: "warn",
    fields: { issues: [{ code: "source-failed", place: "(source)" }] },
  });
});

test("what change$ threw stands in the debug log alone: it may hold a password", async () => {
  const lines: string[] = [];
  const log = (level: string) => (message: string): void => void lines.push(`${level} ${message}`);
  const source: RegistrySource = {
    ...memorySource({ "agents.yaml": registryText(["a"]) }),
    change$: throwError(() => new Error("connect postgres://app:s3cr3t@db failed")),
  };
  const registry = await openRegistry(source, {
    logger: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
  });
  await registry.close();
  expect(lines.filter((line) => line.includes("s3cr3t"))).toEqual([
    "debug Registry watch-failed: The source cannot be watched: connect postgres://app:s3cr3t@db failed",
  ]);
  expect(lines).toContain("warn Registry watching: The source cannot be watched");
});

describe("the console, by default", () => {
  test("gets warnings in one line, without fields", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const { write } = await open(registryText(["a"]), {});
    await write(registryText({ a: { owner: 7 } }));
    expect(warn.mock.calls).toEqual([[
      "Registry change rejected, still serving revision 1 (1 agents): " +
      "agents.yaml:6:12 invalid-agent",
    ]]);
  });

  test("is told when what it was warned of is over, and of nothing else that is good", async () => {
    const [warn, info] = [vi.spyOn(console, "warn"), vi.spyOn(console, "info")];
    for (const spy of [warn, info]) spy.mockImplementation(() => {});
    onTestFinished(() => void vi.restoreAllMocks());
    const text = registryText(["a"]);
    const { write } = await open(text, {});
    await write(registryText(["a", "b"]));
    expect(info).not.toHaveBeenCalled();
    await write("agents: [");
    await write(registryText(["a"]));
    await write("agents: {");
    await write(`${registryText(["a"])}# as it was`);
    expect(warn).toHaveBeenCalledTimes(2);
    expect(info.mock.calls.map(([line]) => line)).toEqual([
      expect.stringMatching(/^Registry applied revision 3 .*, in sync again$/),
      expect.stringMatching(/^Registry in sync again, unchanged, serving revision 3/),
    ]);
  });

  test("gets the error of a callback with its stack", async () => {
    const error = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => error.mockRestore());
    const { registry } = await open(registryText(["a"]), {});
    const thrown = new Error("no");
    registry.onReload(() => {
      throw thrown;
    });
    await registry.reload();
    expect(error.mock.calls).toEqual([["A reload callback failed", thrown]]);
  });
});

describe("pino", () => {
  test.each(["", "child"])("gets the fields, as it is and unwrapped %s", async (kind) => {
    const lines: Record<string, unknown>[] = [];
    const root = pino({ level: "info" }, { write: (line) => void lines.push(JSON.parse(line)) });
    const logger = kind === "child" ? root.child({ part: "agents" }) : root;
    const { registry, write } = await open(registryText(["a"]), { logger });
    await write(registryText(["a", "b"]));
    registry.onReload(() => {
      throw new Error("no");
    });
    await write(registryText({ a: { owner: 7 } }));
    expect(lines).toMatchObject([
      { level: 30, type: "applied", revision: 1, cause: "initial", added: ["a"] },
      { level: 30, type: "applied", revision: 2, cause: "change", added: ["b"] },
      { level: 40, type: "rejected", issues: [{ code: "invalid-agent" }] },
      { level: 50, msg: "A reload callback failed", err: { message: "no" } },
    ]);
    expect(lines[1]?.["msg"]).toMatch(/^Registry applied revision 2 \(2 agents\): 1 added/);
    expect(lines[1]?.["part"]).toBe(kind === "child" ? "agents" : undefined);
  });
});

describe("no line at info or above holds what stands in an agent", () => {
  const MARK = "S3CR3T";
  const secret = fc.stringMatching(/^[a-z :#'"{}\[\]&*!|>%@,-]{0,12}$/).map((text) =>
    `${MARK}${text}${MARK}`
  );
  const field = fc.constantFrom("name", "owner", "version", "location", "category", "api_key");
  const agents = fc.dictionary(
    fc.constantFrom("a", "b", "c", "d"),
    fc.dictionary(field, fc.oneof(secret, fc.array(secret, { maxLength: 2 })), { maxKeys: 4 }),
    { minKeys: 1, noNullPrototype: true },
  );
  const around = secret.map((text) => `registry: { token: ${JSON.stringify(text)} }\n`);
  const cut = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat({ max: 30 }),
    insert: fc.constantFrom(
      "",
      "\n",
      "\t",
      "'",
      '"',
      "{",
      "]",
      "&x ",
      "*y",
      ": ",
      "- ",
      "!!int ",
      "a:",
    ),
  });
  const edited = fc.tuple(agents, around, fc.array(cut, { maxLength: 3 })).map(
    ([agents, around, cuts]) =>
      cuts.reduce((text, { at, length, insert }) => {
        const from = Math.floor(at * text.length);
        return text.slice(0, from) + insert + text.slice(from + length);
      }, registryText(agents, around)),
  );

  const good = fc.record({ owner: secret, api_key: secret }).map((fields) =>
    registryText({ a: fields })
  );
  const text = fc.oneof(edited, good, fc.constant(registryText({ a: { owner: MARK } })));

  test.each(["reject", "isolate"] as const)(
    "whatever breaks (%s), through pino to a file as through any logger",
    async (onInvalid) => {
      const options = { required: false, onInvalid };
      const file = join(tempDir(), "log");
      const destination = pino.destination({ dest: file, sync: true });
      onTestFinished(() => destination.end());
      const toFile = pino({ level: "info" }, destination);
      const kept = keepingLogger();
      const types = new Set<unknown>();
      await fc.assert(
        fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), async (texts) => {
          let read = 0;
          const source: RegistrySource = {
            change$: NEVER,
            read: () =>
              defer(() =>
                of({ documents: [{ path: "agents.yaml", content: texts[read++]! }], issues: [] })
              ),
          };
          const other = memorySource({ "agents.yaml": texts[0]! });
          await using toPino = await openRegistry(source, { ...options, logger: toFile });
          await using toAny = await openRegistry(other, { ...options, logger: kept });
          for (const next of texts.slice(1)) {
            await toPino.reload();
            other.write("agents.yaml", next);
            await toAny.reload();
          }
          const lines = kept.lines.splice(0).filter(({ level }) => level !== "debug");
          for (const line of lines) types.add(line.fields["type"]);
          expect(JSON.stringify(lines)).not.toContain(MARK);
        }),
        { numRuns: times(300) },
      );
      const partial = onInvalid === "isolate" ? ["partial"] : [];
      expect([...types].sort()).toEqual(["applied", ...partial, "rejected", "unchanged"]);
      const written = readFileSync(file, "utf8");
      expect(written.split("\n").length).toBeGreaterThan(times(200));
      expect(written).not.toContain(MARK);
    },
    60_000,
  );
});

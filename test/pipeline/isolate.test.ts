import { Type } from "@sinclair/typebox";
import { describe, expect, test } from "vitest";
import type { DecodedRegistry } from "../../src/decode/decoded-registry.ts";
import { Snapshot } from "../../src/model/snapshot/snapshot.ts";
import type { SourceDocument } from "../../src/model/report/source-reading.ts";
import type { Attempt } from "../../src/pipeline/outcome.ts";
import { runToCompletion } from "../../src/model/value/run-to-completion.ts";
import {
  afterAttempt,
  initialState,
  type LoadState,
  nextOutcome,
} from "../../src/pipeline/state.ts";
import { type RegistryState, statusOf } from "../../src/pipeline/status-of.ts";
import { memorySource, openRegistry, RegistryLoadError, registryState$ } from "../../mod.ts";
import { registryText } from "../registry-text.ts";
import { decodeToys, openToys, type Toy, toyIssue, wordsOf } from "../toy-registry.ts";
import { until } from "../until.ts";

let clock = 0;

function attemptOf(
  documents: Readonly<Record<string, string>>,
  decoded: Partial<DecodedRegistry<Toy>> = {},
): Attempt<Toy> {
  const read = Object.entries(documents).map(([path, content]): SourceDocument => ({
    path,
    content,
  }));
  return {
    cause: "change",
    paths: Object.keys(documents),
    documents: Object.keys(documents),
    timestamp: new Date(++clock),
    durationMs: 1,
    decoded: { ...decodeToys({ documents: read, issues: [] }), ...decoded },
  };
}

type State = LoadState<Toy> & RegistryState<Toy>;

function withStatus(state: LoadState<Toy>): State {
  return { ...state, status: statusOf(state) };
}

function after(
  state: LoadState<Toy>,
  documents: Readonly<Record<string, string>> | Attempt<Toy>,
): State {
  const attempt = "decoded" in documents ? documents as Attempt<Toy> : attemptOf(
    documents as Readonly<Record<string, string>>,
  );
  const outcome = runToCompletion(nextOutcome(state, attempt, "isolate"));
  return withStatus(afterAttempt(state, attempt, outcome));
}

const start = withStatus(initialState<Toy>(new Date(0)));
const loaded = after(start, { x: "a=1 b=1 @v=1", y: "c=1" });

/** What an event says, as far as it is about agents. */
const said = ({ status: { lastReload } }: State): unknown => {
  const { added, updated, removed } = lastReload !== undefined && "changes" in lastReload
    ? lastReload.changes
    : { added: [], updated: [], removed: [] };
  return `${lastReload?.type} +${added} ~${updated} -${removed}`;
};

describe('onInvalid: "isolate"', () => {
  test("applies what is good and keeps a broken agent, the same object, marked as stale", () => {
    const next = after(loaded, { x: "b!bad a=2 d=1", y: "c=1" });
    expect(wordsOf(next.snapshot)).toBe("b=1! a=2 d=1 c=1");
    expect(said(next)).toBe("partial +d ~a -");
    expect(next.snapshot.get("b")).toBe(loaded.snapshot.get("b"));
    expect(next.snapshot.get("c")).toBe(loaded.snapshot.get("c"));
    expect(next.snapshot.stale.get("b")).toEqual([toyIssue("invalid-agent", "x", 1, "b: bad")]);
    expect(next.snapshot.origins.get("b")).toMatchObject({ path: "x", line: 1 });
    expect(next.status.lastReload).toMatchObject({
      ...{ success: false, revision: 2, agentsCount: 4, previousCount: 3 },
      error: "x:1:1 b: bad",
      issues: [{ message: "b: bad" }],
    });
    expect(next.status).toMatchObject({
      ...{ inSync: false, revision: 2, agentsCount: 4, staleAgents: 1, consecutiveFailures: 1 },
      issues: [{ message: "b: bad" }],
      lastSuccess: loaded.status.lastSuccess,
    });
  });

  test("leaves out a broken agent that never was good", () => {
    const next = after(loaded, { x: "a=1 b=1 n!bad @v=1", y: "c=1" });
    expect(wordsOf(next.snapshot)).toBe("a=1 b=1 c=1");
    expect([...next.snapshot.origins.keys()]).toEqual(["a", "b", "c"]);
    expect(next.snapshot).toBe(loaded.snapshot);
    expect(said(next)).toBe("partial + ~ -");
    expect(next.status).toMatchObject({ inSync: false, staleAgents: 0, revision: 1 });
  });

  test("tells the same broken content again without a new revision, and counts it", () => {
    const broken = after(loaded, { x: "a=1 b!bad @v=1", y: "c=1" });
    const again = after(broken, { x: "@v=1 b!bad a=1", y: "c=1" });
    expect(broken.snapshot.revision).toBe(2);
    expect(said(broken)).toBe("partial + ~ -");
    expect(again.snapshot).toBe(broken.snapshot);
    expect(said(again)).toBe("partial + ~ -");
    expect(again.status.consecutiveFailures).toBe(2);
  });

  test("makes a new revision when an agent is stale for another reason", () => {
    const broken = after(loaded, { x: "a=1 b!bad @v=1", y: "c=1" });
    const worse = after(broken, { x: "a=1 b!worse @v=1", y: "c=1" });
    expect(worse.snapshot.revision).toBe(3);
    expect(worse.snapshot.stale.get("b")).toMatchObject([{ message: "b: worse" }]);
    expect(worse.snapshot.get("b")).toBe(loaded.snapshot.get("b"));
  });

  test.each([
    ["as it was", "1", "applied + ~ -"],
    ["as another", "2", "applied + ~b -"],
  ])("clears the mark when the agent is good again, %s", (_, value, expected) => {
    const broken = after(loaded, { x: "a=1 b!bad @v=1", y: "c=1" });
    const fixed = after(broken, { x: `a=1 b=${value} @v=1`, y: "c=1" });
    expect(said(fixed)).toBe(expected);
    expect(fixed.snapshot.revision).toBe(3);
    expect(fixed.snapshot.stale.size).toBe(0);
    expect(fixed.snapshot.get("b") === loaded.snapshot.get("b")).toBe(value === "1");
    expect(fixed.status).toMatchObject({
      ...{ inSync: true, issues: [], staleAgents: 0, consecutiveFailures: 0 },
      lastSuccess: fixed.status.lastReload?.timestamp,
    });
  });

  test("pauses, however many agents there are", () => {
    const toys = (count: number, mark: string) =>
      Array.from({ length: count }, (_, at) => `a${at}${at === 0 ? mark : "="}x`).join(" ");
    const stepsOf = (count: number): number => {
      const before = after(start, { x: toys(count, "=") });
      const attempt = attemptOf({ x: toys(count, "!") });
      expect(attempt.decoded.errors).toHaveLength(1);
      const steps = nextOutcome(before, attempt, "isolate");
      for (let taken = 0;; taken++) if (steps.next().done === true) return taken;
    };
    expect(stepsOf(6_400)).toBeGreaterThan(stepsOf(640) * 8);
  });

  test("removes a stale agent that is deleted", () => {
    const broken = after(loaded, { x: "a=1 b!bad @v=1", y: "c=1" });
    const deleted = after(broken, { x: "a=1 @v=1", y: "c=1" });
    expect(said(deleted)).toBe("applied + ~ -b");
    expect(wordsOf(deleted.snapshot)).toBe("a=1 c=1");
    expect(deleted.snapshot.stale.size).toBe(0);
  });

  test("keeps the agents of a lost document, after the others, and what it said around them", () => {
    const next = after(loaded, { x: "?", y: "c=2" });
    expect(wordsOf(next.snapshot)).toBe("c=2 a=1! b=1!");
    expect(said(next)).toBe("partial + ~c -");
    expect(next.snapshot.document).toBe(loaded.snapshot.document);
    expect(next.snapshot.stale.get("a")).toMatchObject([{ code: "yaml-syntax", path: "x" }]);
    expect(next.snapshot.origins.get("a")).toBe(loaded.snapshot.origins.get("a"));
    expect(next.status.staleAgents).toBe(2);
    const found = after(next, { x: "a=1 b=1 @v=1", y: "c=2" });
    expect(said(found)).toBe("applied + ~ -");
    expect(wordsOf(found.snapshot)).toBe("a=1 b=1 c=2");
  });

  test("takes nothing from a lost document, though some of it could be read", () => {
    const { decoded } = attemptOf({ x: "a=2 n=1 b!bad", y: "c=2" });
    const lost = new Map([["x", [toyIssue("yaml-syntax", "x", 9, "cut off")]]]);
    const errors = [...decoded.errors, ...lost.get("x")!];
    const next = after(loaded, attemptOf({ x: "a=2 n=1 b!bad", y: "c=2" }, { lost, errors }));
    expect(wordsOf(next.snapshot)).toBe("c=2 a=1! b=1!");
    expect(next.snapshot.stale.get("b")).toMatchObject([{ message: "cut off" }]);
  });

  test("keeps the agents of all documents in a directory that cannot be read", () => {
    const first = after(start, {
      "dir/x": "a=1",
      "dir/sub/y": "b=1",
      "directory": "c=1",
      "z": "d=1",
    });
    const issue = toyIssue("file-unreadable", "dir", 1, "no permission");
    const attempt = attemptOf({ z: "d=2" }, {
      errors: [issue],
      lost: new Map([["dir", [issue]]]),
    });
    const next = after(first, attempt);
    expect(wordsOf(next.snapshot)).toBe("d=2 a=1! b=1!");
    expect(said(next)).toBe("partial + ~d -c");
  });

  test("does not keep an agent of a lost document that the reading holds elsewhere", () => {
    const moved = after(loaded, { x: "?", y: "c=1 a=2" });
    expect(wordsOf(moved.snapshot)).toBe("c=1 a=2 b=1!");
    const broken = after(loaded, { x: "?", y: "c=1 a!bad" });
    expect(wordsOf(broken.snapshot)).toBe("c=1 a=1! b=1!");
    expect(broken.snapshot.stale.get("a")).toMatchObject([{ message: "a: bad" }]);
  });

  test("keeps an agent that had moved to the document that is lost, though nothing else changed", () => {
    const moved = after(loaded, { x: "a=1 @v=1", y: "c=1 b=1" });
    expect(said(moved)).toBe("unchanged + ~ -");
    expect(wordsOf(after(moved, { x: "a=1 @v=1", y: "?" }).snapshot)).toBe("a=1 b=1! c=1!");
    expect(wordsOf(after(moved, { x: "?", y: "c=1 b=1" }).snapshot)).toBe("c=1 b=1 a=1!");
  });

  test("removes the agents of a document that is gone", () => {
    expect(said(after(loaded, { y: "c!bad" }))).toBe("partial + ~ -a,b");
  });

  test.each([
    ["every document is lost", attemptOf({ x: "?", y: "?" })],
    ["the source has failed", {
      ...attemptOf({}, { errors: [toyIssue("source-failed", "(source)", 1, "no")] }),
    }],
    ["the source has failed after some documents", {
      ...attemptOf({ x: "a=2" }, {
        errors: [toyIssue("source-failed", "(source)", 1, "no")],
        lost: new Map([["(source)", []]]),
      }),
    }],
    ["an error belongs to no entry and no document", {
      ...attemptOf({ x: "a=1 b!bad" }, {
        errors: [toyIssue("invalid-agent", "x", 2, "b: bad"), toyIssue("alias-limit", "x", 1, "?")],
      }),
    }],
  ])("refuses all when %s", (_, attempt) => {
    const next = after(loaded, attempt);
    expect(next.status.lastReload?.type).toBe("rejected");
    expect(next.snapshot).toBe(loaded.snapshot);
    expect(next.status).toMatchObject({ inSync: false, staleAgents: 0, consecutiveFailures: 1 });
  });

  test("does not take the sum of further issues for one that belongs nowhere", () => {
    const { decoded } = attemptOf({ x: "a=1 b!bad" });
    const errors = [...decoded.errors, toyIssue("more-issues", "x", 1, "And 1 more issue")];
    const next = after(loaded, attemptOf({ x: "a=1 b!bad" }, { errors }));
    expect(next.status.lastReload?.type).toBe("partial");
  });

  test("opens with what is good, be it nothing, when a document could be read", () => {
    const first = after(start, { x: "a=1 b!bad", y: "?" });
    expect(wordsOf(first.snapshot)).toBe("a=1");
    expect(said(first)).toBe("partial +a ~ -");
    const nothing = after(start, { x: "b!bad" });
    expect(nothing.snapshot.revision).toBe(1);
    expect(nothing.snapshot.agents.size).toBe(0);
    expect(said(nothing)).toBe("partial + ~ -");
    expect(nothing.status).toMatchObject({ lastSuccess: undefined, consecutiveFailures: 1 });
  });

  test("believes a decoder that has compared with the served agents when nothing is broken", () => {
    const attempt = attemptOf({ x: "a=1 b=2 @v=1", y: "c=1" });
    const changes = { added: [], updated: ["as it says"], removed: [] };
    const since = { agents: Snapshot.contentOf(loaded.snapshot).agents, changes };
    const decoded = { ...attempt.decoded, since };
    const next = after(loaded, { ...attempt, decoded });
    expect(next.status.lastReload).toMatchObject({ changes: { updated: ["as it says"] } });
    const broken = { ...attemptOf({ x: "a=1 b!bad @v=1", y: "c=1" }).decoded, since };
    expect(said(after(loaded, { ...attempt, decoded: broken }))).toBe("partial + ~ -");
  });

  test("follows the quiet time of good documents, and keeps it while one is lost", () => {
    const quick = after(start, attemptOf({ x: "a=1", y: "b=1" }, { debounceMs: 7 }));
    expect(after(quick, { x: "?", y: "b=1" }).debounceMs).toBe(7);
    expect(after(quick, attemptOf({ x: "a=1", y: "b!" }, { debounceMs: 9 })).debounceMs).toBe(9);
  });
});

describe('a registry with onInvalid: "isolate"', () => {
  test("tells agent$ of what a partial reload changed, and of nothing else", async () => {
    const { registry, source } = await openToys({ x: "a=1 b=1" }, { onInvalid: "isolate" });
    const seen: string[] = [];
    for (const id of ["a", "b"]) {
      registry.agent$(id).subscribe((agent) => seen.push(`${id}=${agent?.value}`));
    }
    const event = until(registry.reload$);
    source.write("x", "a=2 b!bad");
    expect(await event).toMatchObject({ type: "partial", changes: { updated: ["a"] } });
    expect(seen).toEqual(["a=1", "b=1", "a=2"]);
    await registry.close();
  });

  test("logs a partial reload in one line, without the messages that may quote the file", async () => {
    const lines: string[] = [];
    const note = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
    const logger = {
      debug: note("debug"),
      info: note("info"),
      warn: note("warn"),
      error: note(""),
    };
    const { registry } = await openToys({ x: "a=1 b=1" }, { onInvalid: "isolate", logger });
    const { registry: other } = await openToys(
      { x: "a=1 b!hunter2", y: "?" },
      { onInvalid: "isolate", logger, required: true },
    );
    expect(lines.filter((line) => !line.startsWith("debug"))).toEqual([
      expect.stringMatching(/^info Registry applied revision 1/),
      "warn Registry change applied in part, serving revision 1 (1 agents, 0 of them stale): " +
      "y:1:1 yaml-syntax, x:2:1 invalid-agent",
    ]);
    await registry.close();
    await other.close();
  });
});

describe('openRegistry with onInvalid: "isolate"', () => {
  const quiet = { debounceMs: 0, logger: false, onInvalid: "isolate" } as const;
  const good = registryText({ a: { owner: "one" }, b: { owner: "one" } });
  const bad = registryText({ a: { owner: "two" }, b: { owner: 5 }, n: { category: "no" } });

  test("serves the good agents of a file with broken ones, and tells line and frame", async () => {
    const source = memorySource({ "x.yaml": good });
    await using registry = await openRegistry(source, quiet);
    const before = registry.snapshot;
    source.write("x.yaml", bad);
    expect(await until(registry.reload$)).toMatchObject({
      ...{ type: "partial", revision: 2, changes: { added: [], updated: ["a"], removed: [] } },
      issues: [{ code: "invalid-agent", line: 13 }, { code: "invalid-agent", line: 18 }],
    });
    expect(registry.agent("b")).toBe(before.get("b"));
    const [issue] = registry.snapshot.stale.get("b") ?? [];
    expect(issue?.frame).toContain("> 13 |     owner: 5");
    expect([...registry.snapshot.agents.keys()]).toEqual(["a", "b"]);
    source.write("x.yaml", good);
    expect(await until(registry.reload$)).toMatchObject({
      ...{ type: "applied", changes: { updated: ["a"] } },
    });
    expect(registry.agent("b")).toBe(before.get("b"));
    expect(registry.status).toMatchObject({ inSync: true, staleAgents: 0 });
  });

  test("opens with what is good, required or not", async () => {
    for (const required of [true, false]) {
      const source = memorySource({ "x.yaml": bad, "y.yaml": "agents: [" });
      await using registry = await openRegistry(source, { ...quiet, required });
      expect([...registry.snapshot.agents.keys()]).toEqual(["a"]);
      expect(registry.status.lastReload).toMatchObject({ type: "partial", cause: "initial" });
      expect(registry.status).toMatchObject({ revision: 1, inSync: false });
    }
    const opening = openRegistry(memorySource({ "x.yaml": "agents: [" }), quiet);
    await expect(opening).rejects.toThrow(RegistryLoadError);
  });

  test("keeps the agents of a file that breaks while others go on", async () => {
    const source = memorySource({ "x.yaml": registryText(["a"]), "y.yaml": registryText(["b"]) });
    await using registry = await openRegistry(source, quiet);
    source.write("x.yaml", `${registryText(["a", "c"])}  d: [`);
    source.write("y.yaml", registryText({ b: { owner: "two" } }));
    expect(await until(registry.reload$)).toMatchObject({
      ...{ type: "partial", changes: { added: [], updated: ["b"], removed: [] } },
    });
    expect(registry.snapshot.stale.get("a")).toMatchObject([{ path: "x.yaml" }]);
    expect(registry.status.staleAgents).toBe(1);
  });

  test("works for registryState$ as well", async () => {
    const source = memorySource({ "x.yaml": bad });
    const state = await until(registryState$(source, { ...quiet, watch: false }));
    expect(state.status).toMatchObject({ revision: 1, agentsCount: 1, inSync: false });
    expect(state.status.lastReload?.type).toBe("partial");
  });
});

describe('onInvalid: "isolate" with real files of several layouts', () => {
  const item = (id: string, tier: number | string): string => `  - { id: ${id}, tier: ${tier} }\n`;
  const schema = Type.Object({ tier: Type.Number() });

  test("keeps an agent of a list that has lost its id, and applies the others", async () => {
    const source = memorySource({ "a.yaml": `agents:\n${item("a", 1)}${item("b", 1)}` });
    const options = { schema, onInvalid: "isolate", debounceMs: 0, logger: false } as const;
    await using registry = await openRegistry(source, options);
    const a = registry.agent("a");
    source.write("a.yaml", `agents:\n  - { tier: 1 }\n${item("b", 2)}`);
    const { stale, agents } = await until(registry.snapshot$, ({ revision }) => revision === 2);
    expect([...stale].map(([id, [issue]]) => [id, issue?.code])).toEqual([["a", "missing-field"]]);
    expect(agents.get("a")).toBe(a);
    expect(agents.get("b")).toMatchObject({ tier: 2 });
    expect(registry.status).toMatchObject({ inSync: false, lastReload: { type: "partial" } });
    source.write("a.yaml", `agents:\n${item("b", 2)}`);
    const mended = await until(registry.snapshot$, ({ revision }) => revision === 3);
    expect([...mended.agents.keys()]).toEqual(["b"]);
    expect(mended.stale.size).toBe(0);
  });

  test("keeps the agents of a file that cannot be parsed, and follows the other files", async () => {
    const source = memorySource({
      "a.json": '{"agents": {"a": {"tier": 1}}}',
      "b.yaml": "agents:\n  b:\n    tier: 1\n  c:\n    tier: 1\n",
    });
    const options = { schema, onInvalid: "isolate", debounceMs: 0, logger: false } as const;
    await using registry = await openRegistry(source, options);
    source.write("a.json", '{"agents": {"a": {"tier": 2}');
    source.write("b.yaml", "agents:\n  b:\n    tier: none\n  c:\n    tier: 3\n");
    const { stale, agents } = await until(
      registry.snapshot$,
      ({ agents }) => agents.get("c")?.tier === 3,
    );
    expect([...stale].map(([id, [issue]]) => [id, issue?.code])).toEqual([
      ["b", "invalid-agent"],
      ["a", "json-syntax"],
    ]);
    expect(["a", "b"].map((id) => agents.get(id)?.tier)).toEqual([1, 1]);
  });
});

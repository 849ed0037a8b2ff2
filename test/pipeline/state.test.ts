import { describe, expect, test } from "vitest";
import { createDecoder } from "../decode/sync-decoder.ts";
import { type Agent, AgentSchema } from "../../src/model/agent/agent-schema.ts";
import type { Issue } from "../../src/model/report/issue.ts";
import { afterAttempt, initialState, type LoadState } from "../../src/pipeline/state.ts";
import { type RegistryState, statusOf } from "../../src/pipeline/status-of.ts";
import { flow } from "../decode/decode-one.ts";

const decoder = createDecoder<Agent>(AgentSchema);
let clock = 0;

type State = LoadState<Agent> & RegistryState<Agent>;

const withStatus = (state: LoadState<Agent>): State => ({ ...state, status: statusOf(state) });

const reload = (state: LoadState<Agent>, content: string): State =>
  withStatus(afterAttempt(state, {
    cause: "change",
    paths: ["a.yaml"],
    documents: ["a.yaml"],
    timestamp: new Date(++clock),
    durationMs: 1,
    decoded: decoder({ documents: [{ path: "a.yaml", content }], issues: [] }),
  }));

const two = `version: 1\nagents:\n  a: {${flow}}\n  b: {${flow}, limits: {x: 1, y: 2}}\n`;
const start = withStatus(initialState<Agent>(new Date(0)));
const loaded = reload(start, two);
const refused: Issue = {
  code: "watch-failed",
  severity: "warning",
  message: "No events",
  path: "a.yaml",
};

describe("initialState", () => {
  test("is empty, at revision 0, not in sync", () => {
    expect(start.snapshot.revision).toBe(0);
    expect(start.snapshot.agents.size).toBe(0);
    expect(start.status).toMatchObject({
      inSync: false,
      lastReload: undefined,
      lastSuccess: undefined,
      consecutiveFailures: 0,
      watching: "stopped",
    });
  });
});

describe("afterAttempt", () => {
  test("applies a first load, even one without agents", () => {
    expect(loaded.status.lastReload).toMatchObject({
      type: "applied",
      revision: 1,
      agentsCount: 2,
      previousCount: 0,
      changes: { added: ["a", "b"], updated: [], removed: [] },
    });
    expect(loaded.status).toMatchObject({ revision: 1, agentsCount: 2, inSync: true, issues: [] });
    const empty = reload(start, "agents: {}");
    expect(empty.status.lastReload?.type).toBe("applied");
    expect(empty.snapshot.revision).toBe(1);
    expect(reload(empty, "agents: {}  # still").status.lastReload?.type).toBe("unchanged");
  });

  test.each([
    ["broken text", "agents: ["],
    ["one bad agent", `${two}  c: {${flow}, status: nope}\n`],
    ["nothing", ""],
  ])("keeps all of the old state on %s", (_, text) => {
    const after = reload(loaded, `version: 2\n${text}`);
    expect(after.snapshot).toBe(loaded.snapshot);
    expect(after.debounceMs).toBe(loaded.debounceMs);
    expect(after.status).toMatchObject({
      revision: 1,
      agentsCount: 2,
      inSync: false,
      consecutiveFailures: 1,
    });
    expect(after.status.lastSuccess).toEqual(loaded.status.lastSuccess);
    const event = after.status.lastReload;
    expect(event).toMatchObject({ type: "rejected", revision: 1, agentsCount: 2, success: false });
    expect(event?.type === "rejected" && event.issues).toEqual(after.status.issues);
    expect(reload(after, text).status.consecutiveFailures).toBe(2);

    const fixed = reload(after, two);
    expect(fixed.snapshot).toBe(loaded.snapshot);
    expect(fixed.status).toMatchObject({ inSync: true, issues: [], consecutiveFailures: 0 });
    expect(fixed.status.lastReload?.type).toBe("unchanged");
  });

  test.each([
    ["the same text", two],
    ["comments and blank lines", `# more\n\n${two}# end\n`],
    [
      "another style",
      JSON.stringify({ version: 1, agents: Object.fromEntries(loaded.snapshot.agents) }),
    ],
    ["keys in another order", two.replace("{x: 1, y: 2}", "{y: 2, x: 1}")],
    [
      "agents in another order",
      `version: 1\nagents:\n  b: {${flow}, limits: {x: 1, y: 2}}\n  a: {${flow}}\n`,
    ],
    ["a default that is written out", two.replace("{name", "{status: active, name")],
  ])("takes %s for unchanged", (_, text) => {
    const after = reload(loaded, text);
    expect(after.status.lastReload).toMatchObject({
      type: "unchanged",
      revision: 1,
      success: true,
    });
    expect(after.snapshot).toBe(loaded.snapshot);
  });

  test("keeps unchanged agents by reference", () => {
    const text = `# moved\n${two.replace("y: 2", "y: 3")}  c: {${flow}}\n`;
    const after = reload(loaded, text);
    expect(after.status.lastReload).toMatchObject({
      type: "applied",
      revision: 2,
      changes: { added: ["c"], updated: ["b"], removed: [] },
    });
    expect(after.snapshot.get("a")).toBe(loaded.snapshot.get("a"));
    expect(after.snapshot.get("b")).not.toBe(loaded.snapshot.get("b"));
    expect(after.snapshot.document).toBe(loaded.snapshot.document);
    expect(after.snapshot.origins.get("a")?.line).toBe(4);
  });

  test("applies an edit of the document alone, with no changes", () => {
    const after = reload(loaded, two.replace("version: 1", "version: 2"));
    expect(after.status.lastReload).toMatchObject({
      type: "applied",
      revision: 2,
      changes: { added: [], updated: [], removed: [] },
    });
    expect(after.snapshot.document).toEqual({ version: 2 });
    expect([...after.snapshot.agents.values()]).toEqual([...loaded.snapshot.agents.values()]);
    for (const [id, agent] of loaded.snapshot.agents) expect(after.snapshot.get(id)).toBe(agent);
  });

  test("tells what was removed", () => {
    const after = reload(loaded, "version: 1\nagents: {}");
    expect(after.status.lastReload).toMatchObject({
      agentsCount: 0,
      previousCount: 2,
      changes: { added: [], updated: [], removed: ["a", "b"] },
    });
  });

  test("follows the quiet time of the file, but not of one that is refused", () => {
    const config = "config: {hot_reload: {debounce_ms: 700}}\n";
    const asked = reload(loaded, config + two);
    expect(asked.debounceMs).toBe(700);
    expect(reload(asked, config.replace("700", "900") + "agents: 5").debounceMs).toBe(700);
    expect(reload(asked, two).debounceMs).toBeUndefined();
  });

  test("counts what is beyond the hundredth issue once", () => {
    const bad = Array.from({ length: 130 }, (_, at) => `  a${at}: 5\n`).join("");
    const { issues } = reload(loaded, `agents:\n${bad}`).status;
    expect(issues).toHaveLength(101);
    expect(issues.at(-1)?.message).toBe("And 30 more issues");
  });
});

describe("statusOf", () => {
  const watching = { by: "polling", issues: [refused] } as const;

  test("tells how changes are noticed, which is no matter of being in sync", () => {
    expect(statusOf(loaded, watching)).toMatchObject({
      ...{ watching: "polling", issues: [refused], inSync: true },
    });
    expect(statusOf(loaded, { by: "events", issues: [] })).toMatchObject({
      ...{ watching: "events", issues: [] },
    });
  });

  test("lists what is wrong with the files, then with watching, then with the cache", () => {
    const failed: Issue = { ...refused, code: "cache-failed" };
    const { issues } = statusOf(reload(loaded, "agents: 5"), watching, [failed]);
    expect(issues.map(({ code }) => code)).toEqual([
      "invalid-agents",
      "watch-failed",
      "cache-failed",
    ]);
  });
});

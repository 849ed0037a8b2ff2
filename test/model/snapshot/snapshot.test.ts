import assert from "node:assert";
import { describe, expect, test } from "vitest";
import type { AgentFilter } from "../../../src/model/agent/agent-filter.ts";
import { emptySnapshot, Snapshot } from "../../../src/model/snapshot/snapshot.ts";
import { decode, flow } from "../../decode/decode-one.ts";
import { type AnyAgent, makeSnapshot } from "./make-snapshot.ts";

const planner = { id: "p", name: "Planner", owner: "core", tags: ["memory", "Fast"], cost: 1 };
const critic = { id: "c", name: "Critic", owner: "search", tags: ["memory"], deprecated: true };
const critic2 = { id: "b", name: "Critic", owner: "core", tags: [], limits: { a: 1, b: [2] } };
const lower = { id: "l", name: "asks", owner: "ÄRGER" };
const all = makeSnapshot([planner, critic, lower, critic2]);
const ids = (agents: readonly AnyAgent[]) => agents.map(({ id }) => id);

describe("list", () => {
  test("sorts by name, then id, by code units", () => {
    expect(ids(all.list())).toEqual(["b", "c", "p", "l"]);
    expect(ids(makeSnapshot([{ id: "b" }, { id: "10" }, { id: "9" }]).list()))
      .toEqual(["10", "9", "b"]);
  });

  test.each<[string, AgentFilter<AnyAgent>, readonly string[]]>([
    ["nothing", {}, ["b", "c", "p", "l"]],
    ["a value", { owner: "core" }, ["b", "p"]],
    ["two values", { owner: "core", name: "Planner" }, ["p"]],
    ["a boolean", { deprecated: true }, ["c"]],
    ["a number", { cost: 1 }, ["p"]],
    ["a member", { tags: "memory" }, ["c", "p"]],
    ["members", { tags: ["Fast", "memory"] }, ["p"]],
    ["no members", { tags: [] }, ["b", "c", "p", "l"]],
    ["a member and a value", { tags: ["memory"], owner: "search" }, ["c"]],
    ["a map, by value", { limits: { b: [2], a: 1 } }, ["b"]],
    ["undefined", { owner: undefined }, ["b", "c", "p", "l"]],
    ["a predicate", (agent) => agent.id > "k", ["p", "l"]],
    ["what no agent has", { owner: "nobody" }, []],
    ["a field that no agent has", { color: "red" }, []],
    ["a field that every object inherits", { constructor: Object }, []],
    ["text is not a list", { owner: ["core"] }, []],
  ])("filters by %s", (_, filter, expected) => {
    expect(ids(all.list(filter))).toEqual(expected);
  });

  test("does not stumble over names that are no text", () => {
    const odd = makeSnapshot([{ id: "a", name: { toString: 1 } }, { id: "b", name: null }]);
    expect(ids(odd.list())).toEqual(["a", "b"]);
    expect(odd.statistics().agentsCount).toBe(2);
  });
});

describe("the same question of the same snapshot", () => {
  test("has the same answer, whether it is a filter, a predicate or a search", () => {
    expect(all.list()).toBe(all.list());
    expect(all.list({ owner: "core" })).toBe(all.list({ owner: "core" }));
    expect(all.list({ tags: ["memory"] })).toBe(all.list({ tags: ["memory"] }));
    expect(all.list(({ id }) => id > "k")).toBe(all.list(({ id }) => id > "k"));
    expect(all.list({ owner: "nobody" })).toBe(all.list({ owner: "nobody" }));
    expect(all.search("riti")).toBe(all.search("RITI"));
    expect(all.search("x", { fields: ["name"] })).toBe(all.search("x", { fields: ["name"] }));
    expect(all.list({ owner: "core" })).not.toBe(all.list({ owner: "search" }));
    expect(all.statistics()).toBe(all.statistics());
  });

  test("has the same answer however many others were asked, as long as one holds it", () => {
    const agents = Array.from({ length: 200 }, (_, at) => ({ id: `${at}`.padStart(3, "0") }));
    const snapshot = makeSnapshot(agents);
    const ask = (at: number) => snapshot.list(({ id }) => Number(id) % 200 >= at);
    const answers = agents.map((_, at) => ask(at));
    for (const [at, answer] of answers.entries()) expect(ask(at)).toBe(answer);
    expect(answers.map(({ length }) => length)).toEqual(agents.map((_, at) => 200 - at));
  });

  test("follows a predicate that answers otherwise", () => {
    let least = "l";
    const predicate = ({ id }: AnyAgent) => id >= least;
    expect(ids(all.list(predicate))).toEqual(["p", "l"]);
    least = "m";
    expect(ids(all.list(predicate))).toEqual(["p"]);
  });

  test("cannot be spoilt for others", () => {
    expect(() => (all.list({ owner: "core" }) as AnyAgent[]).pop()).toThrow(TypeError);
    expect(() => (all.search("riti") as AnyAgent[]).reverse()).toThrow(TypeError);
  });
});

describe("search", () => {
  test.each([
    ["planner", undefined, ["p"]],
    ["RITI", undefined, ["b", "c"]],
    ["fast", undefined, ["p"]],
    ["fast", { caseSensitive: true }, []],
    ["Fast", { caseSensitive: true }, ["p"]],
    ["core", { fields: ["name"] }, []],
    ["core", { fields: ["owner", "nothing"] }, ["b", "p"]],
    ["ärger", undefined, ["l"]],
    ["", undefined, ["b", "c", "p", "l"]],
    ["1", undefined, []],
    ["object", { fields: ["constructor"] }, []],
  ])("for %j with %j", (query, options, expected) => {
    expect(ids(all.search(query, options))).toEqual(expected);
  });
});

describe("values", () => {
  test("gives each value of a field once, and members of lists", () => {
    expect([...all.values("owner")]).toEqual(["core", "search", "ÄRGER"]);
    expect([...all.values("tags")]).toEqual(["memory", "Fast"]);
    expect([...all.values("deprecated")]).toEqual([true]);
    expect([...all.values("toString")]).toEqual([]);
  });

  test("gives a set that is the caller's own", () => {
    (all.values("owner") as Set<unknown>).clear();
    expect(all.values("owner").size).toBe(3);
  });
});

describe("statistics", () => {
  test("counts, most frequent first", () => {
    const text = `tag_taxonomy: []\nagents:
  a: {${flow}, tags: [x, y]}
  b: {${
      flow.replace("owner: core", "owner: other")
    }, tags: [y], deprecated: true, deprecation_reason: old}
  c: {${flow}, status: archived}\n`;
    const { agents } = decode(text);
    const statistics = makeSnapshot([...agents.values()] as unknown as AnyAgent[]).statistics();
    expect(statistics).toEqual({
      agentsCount: 3,
      deprecatedCount: 1,
      byCategory: { system: 3 },
      byEnvironment: { test: 3 },
      byOwner: { core: 2, other: 1 },
      byStatus: { active: 2, archived: 1 },
      byTag: { y: 2, x: 1 },
    });
    expect(Object.keys(statistics.byTag)).toEqual(["y", "x"]);
    expect(Object.isFrozen(statistics)).toBe(true);
  });

  test("counts a name of Object.prototype like any other", () => {
    const { byOwner } = makeSnapshot([{ id: "a", owner: "__proto__" }]).statistics();
    expect(Object.entries(byOwner)).toEqual([["__proto__", 1]]);
  });

  test("does not count what has no name", () => {
    const odd = makeSnapshot([{ id: "a", owner: { toString: 1 }, tags: [null, [1]] }]);
    expect(odd.statistics().byOwner).toEqual({});
  });
});

describe("a snapshot", () => {
  test("is read-only at run time", () => {
    const writable = all as unknown as Record<string, unknown>;
    for (const field of ["revision", "agents", "document", "loadedAt", "extra"]) {
      expect(() => writable[field] = 5, field).toThrow(TypeError);
    }
    for (const map of [all.agents, all.origins, all.stale] as unknown as Map<string, never>[]) {
      expect(() => map.set("x", null as never)).toThrow(TypeError);
      expect(() => map.delete("p")).toThrow(TypeError);
      expect(() => map.clear()).toThrow(TypeError);
    }
    expect(() => (all.list() as AnyAgent[]).pop()).toThrow(TypeError);
  });

  test("is cloned and spread with all that it holds", () => {
    const plain = {
      revision: 1,
      loadedAt: new Date(1_000),
      agents: new Map([planner, critic, lower, critic2].map((agent) => [agent.id, agent])),
      document: {},
      origins: new Map(all.origins),
      stale: new Map(),
      warnings: [],
    };
    expect(structuredClone(all)).toEqual(plain);
    expect({ ...all }).toEqual(plain);
  });

  test("is compared by all that it holds", () => {
    const agents = [planner, critic];
    const [one, same, other] = [agents, agents, [planner]].map((list) => makeSnapshot(list));
    assert.deepStrictEqual(one, same);
    assert.notDeepEqual(one, other);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  test("is written as JSON with its maps as objects", () => {
    const snapshot = makeSnapshot([{ id: "a", name: "A" }], { version: "1.0" });
    const json = {
      revision: 1,
      loadedAt: "1970-01-01T00:00:01.000Z",
      agents: { a: { id: "a", name: "A" } },
      document: { version: "1.0" },
      origins: { a: { path: "a.yaml", line: 1, column: 1, pointer: "" } },
      stale: {},
      warnings: [],
    };
    expect(snapshot.toJSON()).toEqual(json);
    expect(JSON.parse(JSON.stringify({ snapshot }))).toEqual({ snapshot: json });
  });

  test("shares its maps with snapshots of the same content", () => {
    const next = new Snapshot({ ...Snapshot.contentOf(all), revision: 2 });
    expect(next.agents).toBe(all.agents);
    expect(next.origins).toBe(all.origins);
    expect(next.get("p")).toBe(planner);
  });

  test("hands out a loadedAt that can be changed without changing its own", () => {
    all.loadedAt.setTime(0);
    expect(all.loadedAt).toEqual(new Date(1_000));
  });

  test("does not follow the map that it was made from", () => {
    const agents = new Map([["a", { id: "a" }]]);
    const snapshot = makeSnapshot([...agents.values()]);
    agents.clear();
    expect(snapshot.agents.size).toBe(1);
    expect(snapshot.get("a")).toEqual({ id: "a" });
    expect(snapshot.get("b")).toBeUndefined();
  });

  test("is empty before anything was loaded", () => {
    const empty = emptySnapshot<AnyAgent>(new Date(5));
    expect(empty).toMatchObject({ revision: 0, document: {}, warnings: [] });
    expect([empty.agents.size, empty.origins.size, empty.list().length]).toEqual([0, 0, 0]);
  });
});

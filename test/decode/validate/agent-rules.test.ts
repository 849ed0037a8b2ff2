import { describe, expect, test } from "vitest";
import { decodeAgent, valid } from "../decode-one.ts";

const x = (length: number) => "x".repeat(length);
const tags = (count: number) => Array.from({ length: count }, (_, at) => `tag-${at}`);

const rules: Record<string, { good: readonly unknown[]; bad: readonly unknown[] }> = {
  name: { good: ["x", x(200), "計画者"], bad: ["", x(201), 5, null, ["x"]] },
  category: {
    good: ["production", "example", "test", "system"],
    bad: ["Production", "prod", "", null, 1],
  },
  environment: {
    good: ["production", "staging", "demo", "test"],
    bad: ["system", "prod", "", null],
  },
  owner: { good: ["x", x(100)], bad: ["", x(101), true] },
  version: {
    good: ["0.0.0", "1.2.3", "10.20.30", "1.0.0-alpha.1", "1.0.0+build.5", "1.0.0-rc.1+sha.5-a"],
    bad: ["1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", " 1.0.0", 1],
  },
  location: {
    good: ["a", "a/b", "src/agents/計画.py", "a b", "../a", "./a"],
    bad: ["", "/", "/a", "a/", "/a/", "//", null],
  },
  description: { good: ["", x(500)], bad: [x(501), 1] },
  business_goal: { good: ["", x(1000)], bad: [x(1001), 1] },
  tags: {
    good: [[], ["a"], ["a", "A"], tags(20), [x(50)]],
    bad: [tags(21), ["a", "a"], [""], [x(51)], [1], "a", { a: 1 }, null],
  },
  status: { good: ["active", "deprecated", "experimental", "archived"], bad: ["Active", "", null] },
  deprecated: { good: [false], bad: ["true", "yes", 0, null, true] },
  deprecation_reason: { good: ["x"], bad: ["", 1] },
  created_at: {
    good: ["2026-01-31"],
    bad: ["2026-1-31", "26-01-31", "2026-01-31T00:00:00Z", "2026/01/31", 20260131, null],
  },
  updated_at: { good: ["2026-01-31"], bad: ["yesterday", ""] },
  deprecation_date: { good: ["2026-01-31"], bad: ["soon"] },
  removal_date: { good: ["2026-01-31"], bad: ["soon"] },
  dependencies: { good: [[], ["a"]], bad: [["a", "a"], "a", [1], null] },
  maintainer: { good: [""], bad: [1] },
  documentation_url: { good: ["https://example.org"], bad: [1] },
  replacement_agent: { good: ["a"], bad: [1, ["a"]] },
  performance_metrics: {
    good: [
      {},
      { success_rate: 0 },
      { success_rate: 1 },
      { avg_latency_ms: 0, avg_tokens: 1.5, cost_per_call: 0, throughput_per_hour: 1e9 },
      { custom: "kept" },
    ],
    bad: [
      { success_rate: -0.01 },
      { success_rate: 1.01 },
      { avg_latency_ms: -1 },
      { avg_tokens: "5" },
      { cost_per_call: -1 },
      { throughput_per_hour: null },
      [],
      "fast",
    ],
  },
};

describe("AgentSchema", () => {
  const rows = Object.entries(rules).flatMap(([field, { good, bad }]) => [
    ...good.map((value) => [field, value, true] as const),
    ...bad.map((value) => [field, value, false] as const),
  ]);
  test.each(rows)("%s: %j is valid: %s", (field, value, isValid) => {
    const { agents, errors } = decodeAgent({ [field]: value });
    expect(errors.length === 0).toBe(isValid);
    expect(agents.has("a")).toBe(isValid);
    for (const issue of errors) expect(issue.pointer).toMatch(new RegExp(`^/agents/a/`));
    for (const issue of errors) expect(issue.message).toContain('Agent "a": ');
  });

  test.each(Object.keys(valid))("requires %s", (field) => {
    const { agents, errors } = decodeAgent({ [field]: undefined });
    expect(errors.map(({ code, pointer }) => [code, pointer])).toEqual([
      ["missing-field", `/agents/a/${field}`],
    ]);
    expect(agents.size).toBe(0);
  });

  test("needs a reason for a deprecated agent", () => {
    const [issue, ...more] = decodeAgent({ deprecated: true }).errors;
    expect(issue).toMatchObject({
      code: "missing-field",
      message: 'Agent "a": missing required field "deprecation_reason"',
      pointer: "/agents/a/deprecation_reason",
    });
    expect(more).toEqual([]);
    expect(decodeAgent({ deprecated: true, deprecation_reason: "old" }).errors).toEqual([]);
    expect(decodeAgent({ deprecated: true, deprecation_reason: "" }).errors).toHaveLength(1);
    expect(decodeAgent({ deprecated: true, deprecation_reason: null }).errors).toHaveLength(1);
  });

  test("fills in defaults, and only those", () => {
    const agent = decodeAgent({}).agents.get("a");
    expect(agent).toEqual({ id: "a", ...valid, status: "active", deprecated: false });
    const other = decodeAgent({ status: "archived", deprecated: false }).agents.get("a");
    expect(other?.status).toBe("archived");
  });

  test("keeps fields that it does not know", () => {
    const unknown = { model: "m1", limits: { a: [1, { b: null }] }, "x y": true };
    expect(decodeAgent(unknown).agents.get("a")).toMatchObject(unknown);
  });

  test.each([
    ["a map", { custom: { description: "Ours" }, other: null }],
    ["a list of text", ["custom", "other"]],
    ["a list of maps with id", [{ id: "custom" }]],
    ["a list of maps with name", [{ name: "custom" }]],
  ])("takes the categories and environments of the file, as %s", (_, names) => {
    const own = { category: "custom", environment: "custom" };
    const around = { categories: names, environments: names };
    expect(decodeAgent(own, around).errors).toEqual([]);
    expect(decodeAgent({}, around).errors, "what is built in stays").toEqual([]);
    expect(decodeAgent({ category: "constructor" }, around).errors).toHaveLength(1);
    expect(decodeAgent(own, { categories: names }).errors).toHaveLength(1);
  });

  test.each([["text"], [5], [null], [[1, null, {}]], [{}]])(
    "is not extended by categories that are %j",
    (categories) => {
      expect(decodeAgent({}, { categories }).errors).toEqual([]);
      expect(decodeAgent({ category: "custom" }, { categories }).errors).toHaveLength(1);
    },
  );
});

describe("messages", () => {
  test.each<[object, string]>([
    [{ status: "actve" }, ': did you mean "active"?'],
    [{ category: "internal" }, ': add it to "categories" if it is meant'],
    [{ version: 1.5 }, 'expected "version" to be text, found the number 1.5: put it in quotes'],
    [{ version: "1.0" }, 'expected "version" to be a semantic version such as 1.2.3, found "1.0"'],
    [{ name: "" }, 'expected "name" not to be empty'],
    [{ name: x(201) }, 'expected "name" to have at most 200 characters, found 201'],
    [{ name: null }, 'expected "name" to be text, found nothing'],
    [{ tags: "a" }, 'expected "tags" to be a list, found "a"'],
    [{ tags: tags(21) }, 'expected "tags" to have at most 20 items, found 21'],
    [{ tags: ["b", "a", "a"] }, 'expected the items of "tags" to be unique, found "a" twice'],
    [{ deprecated: "yes" }, 'expected "deprecated" to be true or false, found "yes"'],
    [{ performance_metrics: [] }, 'expected "performance_metrics" to be a map, found a list'],
    [
      { performance_metrics: { success_rate: 2 } },
      'expected "performance_metrics.success_rate" to be at most 1, found the number 2',
    ],
    [
      { performance_metrics: { avg_tokens: -1 } },
      'expected "performance_metrics.avg_tokens" to be at least 0, found the number -1',
    ],
    [{ created_at: x(500) }, `found "${x(60)}…"`],
  ])("%j", (fields, message) => {
    const { errors } = decodeAgent(fields);
    expect(errors.map((issue) => issue.message)).toEqual([expect.stringContaining(message)]);
  });
});

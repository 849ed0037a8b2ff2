import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { formatIssue } from "../../../src/model/report/issue.ts";
import { AgentNotFoundError } from "../../../src/model/agent/agent-not-found-error.ts";
import { nearestTo } from "../../../src/text/nearest.ts";
import { RegistryLoadError } from "../../../src/model/report/registry-load-error.ts";
import { decode } from "../../decode/decode-one.ts";

describe("nearestTo", () => {
  const words = ["planner", "planer", "Planners", "critic", "x", "memory-agent"];
  test.each([
    ["planner", ["planner", "planer", "Planners"]],
    ["PLANNER", ["planner", "planer", "Planners"]],
    ["critics", ["critic"]],
    ["memory_agent", ["memory-agent"]],
    ["zebra", []],
    ["", []],
    ["y", []],
    ["p".repeat(200), []],
  ])("%j", (word, near) => {
    expect(nearestTo(word, words)).toEqual(near);
  });

  test("gives three at most", () => {
    expect(nearestTo("agent-1", ["agent-2", "agent-3", "agent-4", "agent-5"])).toHaveLength(3);
  });

  test("does not compare long words, which would take minutes", () => {
    const long = ["a".repeat(1e6), "b".repeat(1e6)];
    expect(nearestTo(long[0]!, long)).toEqual([]);
  });
});

describe("AgentNotFoundError", () => {
  test("suggests ids that are spelled alike", () => {
    const error = new AgentNotFoundError("planer", ["critic", "planner", "plane"]);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "AgentNotFoundError",
      id: "planer",
      suggestions: ["planner", "plane"],
      message: 'No agent has the id "planer": did you mean "planner" or "plane"?',
    });
  });

  test("suggests nothing where nothing is near", () => {
    expect(new AgentNotFoundError('a"b', []).message).toBe('No agent has the id "a\\"b"');
  });
});

describe("RegistryLoadError", () => {
  const secret = "sk-live-1234";
  const { errors } = decode(`agents:\n  a:\n    api_key: ${secret}\n    x: [\n`);
  const error = new RegistryLoadError(errors);

  test("holds every issue, as data and in its message", () => {
    const { errors } = decode("agents: {a: 5, b: 6}");
    const error = new RegistryLoadError(errors);
    expect(error.name).toBe("RegistryLoadError");
    expect(error.issues).toEqual(errors);
    expect(error.message).toBe([
      'Cannot load the agent registry: agents.yaml:1:10 Agent "a": ' +
      "expected a map of fields, found the number 5 (and 1 more issue)",
      "",
      ...errors.map(String),
    ].join("\n"));
  });

  test("shows lines of the file only when asked", () => {
    expect(errors.some(({ frame }) => frame?.includes(secret))).toBe(true);
    expect(error.message).not.toContain(secret);
    expect(error.format()).toBe(error.message);
    const withFrames = error.format({ frames: true });
    for (const issue of errors) expect(withFrames).toContain(formatIssue(issue));
    expect(withFrames).toContain(secret);
    expect(JSON.stringify({ ...error })).not.toContain(secret);
    expect(inspect(error)).not.toContain(secret);
  });
});

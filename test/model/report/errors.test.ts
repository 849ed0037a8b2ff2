import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { formatIssue } from "../../../src/model/report/issue.ts";
import { AgentNotFoundError } from "../../../src/model/agent/agent-not-found-error.ts";
import { RegistryLoadError } from "../../../src/model/report/registry-load-error.ts";
import { decode } from "../../decode/decode-one.ts";

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

import { describe, expect, test } from "vitest";
import type { Issue } from "../../../src/model/report/issue.ts";
import {
  appliedEvent,
  partialEvent,
  rejectedEvent,
  unchangedEvent,
} from "../../../src/model/report/reload-event.ts";

const facts = {
  revision: 3,
  timestamp: new Date(0),
  durationMs: 12.345,
  cause: "change",
  paths: ["a.yaml"],
  agentsCount: 40,
  previousCount: 39,
} as const;
const bad: Issue = { code: "yaml-syntax", severity: "error", message: "Bad", path: "a", line: 1 };
const warning: Issue = { ...bad, severity: "warning", message: "Odd" };

const changes = { added: ["a"], updated: ["b", "c"], removed: [] };
const events = {
  applied: appliedEvent(facts, changes),
  rolledBack: appliedEvent({ ...facts, cause: "rollback" }, changes),
  partial: partialEvent(facts, changes, [warning, bad]),
  rejected: rejectedEvent(facts, [warning, bad, bad]),
  unchanged: unchangedEvent(facts),
};

describe("reload events", () => {
  test("say in one line what happened", () => {
    expect(`${events.applied}`)
      .toBe("applied revision 3 (40 agents): 1 added, 2 updated, 0 removed in 12.3 ms");
    expect(`${events.rolledBack}`)
      .toBe("applied revision 3 (40 agents) by rollback: 1 added, 2 updated, 0 removed in 12.3 ms");
    expect(`${events.partial}`).toBe(
      "applied in part, serving revision 3 (40 agents): 1 added, 2 updated, 0 removed in 12.3 ms: " +
        "a:1:1 Bad",
    );
    expect(`${events.rejected}`)
      .toBe("rejected, still serving revision 3 (40 agents): a:1:1 Bad (and 1 more issue)");
    expect(`${events.unchanged}`).toBe("unchanged, serving revision 3 (40 agents) in 12.3 ms");
  });

  test("say whether they succeeded, and why not", () => {
    expect(events.applied).toMatchObject({ type: "applied", success: true });
    expect(events.unchanged).toMatchObject({ type: "unchanged", success: true });
    expect(events.partial).toMatchObject({
      ...{ type: "partial", success: false, error: "a:1:1 Bad", changes, issues: [warning, bad] },
    });
    expect(events.rejected).toMatchObject({
      type: "rejected",
      success: false,
      error: "a:1:1 Bad (and 1 more issue)",
      issues: [warning, bad, bad],
    });
    expect("error" in events.applied).toBe(false);
  });

  test.each(Object.values(events))(
    "are frozen, and plain data for JSON and structuredClone",
    (event) => {
      expect(Object.isFrozen(event) && Object.isFrozen(event.paths)).toBe(true);
      expect(structuredClone(event)).toEqual({ ...event });
      expect(JSON.parse(JSON.stringify(event))).toEqual({
        ...event,
        timestamp: "1970-01-01T00:00:00.000Z",
      });
      expect(Object.keys(event)).not.toContain("toString");
    },
  );
});
